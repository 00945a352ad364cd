//! Decimal digits rounded and written as Go's `big.Float.Text` writes them.
//!
//! Knows digits only, not where they come from.

use super::float::Float;

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notation {
    /// `-ddd.ddd`
    Fixed,
    /// `-d.ddde±dd`
    Exponent,
    /// The shorter of both: an exponent below -4, or from the precision on (6 where the precision is open), makes it
    /// [`Notation::Exponent`].
    General,
}

/// `0.digits × 10^point`.
struct Decimal {
    digits: Vec<u8>,
    point: i64,
}

/// The text of a number. Without a count of digits, as many as tell it from its neighbours of the same precision.
/// The exponent's letter is `e`.
pub(super) fn text(value: &Float, notation: Notation, digits: Option<usize>) -> String {
    if value.is_infinite() {
        return if value.is_negative() { "-Inf" } else { "+Inf" }.to_owned();
    }
    let mut decimal = Decimal::from(value.decimal_digits());
    let count = if let Some(count) = digits {
        let kept = match notation {
            Notation::Exponent => 1 + length(count),
            Notation::Fixed => decimal.point + length(count),
            Notation::General => length(count).max(1),
        };
        decimal.round(kept);
        if notation == Notation::General { count.max(1) } else { count }
    } else {
        decimal.shorten(value);
        match notation {
            Notation::Exponent => decimal.digits.len().saturating_sub(1),
            Notation::Fixed => size(length(decimal.digits.len()) - decimal.point),
            Notation::General => decimal.digits.len(),
        }
    };
    let sign = if value.is_negative() { "-" } else { "" };
    let written = match notation {
        Notation::Fixed => decimal.fixed(count),
        Notation::Exponent => decimal.exponent(count),
        Notation::General => decimal.general(count, digits.is_none()),
    };
    format!("{sign}{written}")
}

impl Decimal {
    fn from((digits, point): (String, i64)) -> Self {
        Self { digits: digits.into_bytes(), point }
    }

    /// The digit at a place, 0 outside.
    fn at(&self, place: i64) -> u8 {
        usize::try_from(place).ok().and_then(|place| self.digits.get(place)).copied().unwrap_or(b'0')
    }

    /// Keeps `count` digits, rounding to the nearest, ties to even. Nothing happens where there are fewer, or for a
    /// negative count.
    fn round(&mut self, count: i64) {
        let Ok(count) = usize::try_from(count) else { return };
        if count >= self.digits.len() {
            return;
        }
        let tie = self.digits[count] == b'5' && count + 1 == self.digits.len();
        let up = if tie { count > 0 && self.digits[count - 1] % 2 == 1 } else { self.digits[count] >= b'5' };
        if up { self.round_up(count) } else { self.round_down(count) }
    }

    fn round_up(&mut self, count: usize) {
        let kept = self.digits[..count].iter().rposition(|digit| *digit < b'9');
        if let Some(last) = kept {
            self.digits.truncate(last + 1);
            self.digits[last] += 1;
        } else {
            self.digits = vec![b'1'];
            self.point += 1;
        }
    }

    fn round_down(&mut self, count: usize) {
        self.digits.truncate(count);
        let kept = self.digits.iter().rposition(|digit| *digit != b'0').map_or(0, |last| last + 1);
        self.digits.truncate(kept);
        if kept == 0 {
            self.point = 0;
        }
    }

    /// Cuts the digits to the fewest that still lie nearer to this number than to any other of its precision.
    fn shorten(&mut self, value: &Float) {
        if self.digits.is_empty() {
            return;
        }
        let (lower, upper, inclusive) = value.neighbours();
        let (lower, upper) = (Self::from(lower), Self::from(upper));
        for index in 0..self.digits.len() {
            let place = length(index);
            let (digit, below, above) = (self.digits[index], lower.at(place), upper.at(place));
            let down = below != digit || inclusive && index + 1 == lower.digits.len();
            let up = above != digit && (inclusive || digit + 1 < above || index + 1 < upper.digits.len());
            match (down, up) {
                (true, true) => self.round(place + 1),
                (true, false) => self.round_down(index + 1),
                (false, true) => self.round_up(index + 1),
                (false, false) => continue,
            }
            return;
        }
    }

    fn fixed(&self, behind_point: usize) -> String {
        let mut text = String::with_capacity(self.digits.len() + behind_point + 2);
        if self.point > 0 {
            text.extend((0..self.point).map(|place| char::from(self.at(place))));
        } else {
            text.push('0');
        }
        if behind_point > 0 {
            text.push('.');
            text.extend((0..length(behind_point)).map(|place| char::from(self.at(self.point + place))));
        }
        text
    }

    fn exponent(&self, behind_point: usize) -> String {
        let mut text = String::with_capacity(behind_point + 8);
        text.push(char::from(self.at(0)));
        if behind_point > 0 {
            text.push('.');
            text.extend((1..=length(behind_point)).map(|place| char::from(self.at(place))));
        }
        let exponent = if self.digits.is_empty() { 0 } else { self.point - 1 };
        let sign = if exponent < 0 { '-' } else { '+' };
        text + &format!("e{sign}{:02}", exponent.unsigned_abs())
    }

    fn general(&self, count: usize, shortest: bool) -> String {
        let have = self.digits.len();
        let mut limit = length(count);
        if limit > length(have) && length(have) >= self.point {
            limit = length(have);
        }
        if shortest {
            limit = 6;
        }
        let exponent = self.point - 1;
        if exponent < -4 || exponent >= limit {
            return self.exponent(count.min(have).saturating_sub(1));
        }
        let count = if length(count) > self.point { have } else { count };
        self.fixed(size(length(count) - self.point))
    }
}

fn length(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn size(count: i64) -> usize {
    usize::try_from(count).unwrap_or(0)
}
