//! Binary floating point of chosen precision, as Go's `math/big.Float` has it: what stands behind cty's numbers.
//!
//! Arithmetic and exact decimal digits only; what the language makes of them is the work of [`super::Number`].

use std::cmp::Ordering;

use num_bigint::{BigInt, BigUint, Sign};

/// The largest power of two a magnitude may reach, and the smallest as its negative: about 1e±19728. (Go allows
/// 2^±2³¹, and spends minutes on writing such a number out.)
const MAX_EXPONENT: i64 = 1 << 16;

/// The precision of numbers read from text, in bits.
pub(super) const TEXT_PRECISION: u32 = 512;

/// Digits of a decimal that can matter for rounding to [`TEXT_PRECISION`] bits; the rest only breaks ties.
const MAX_DIGITS: usize = 2000;

/// What has no answer: `0 / 0`, `∞ - ∞`, `0 * ∞`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotANumber;

/// `± mantissa × 2^exponent`, or infinity. The mantissa is odd or zero.
#[derive(Clone, Debug)]
pub(super) struct Float {
    negative: bool,
    magnitude: Magnitude,
    precision: u32,
}

#[derive(Clone, Debug, PartialEq)]
enum Magnitude {
    Finite { mantissa: BigUint, exponent: i64 },
    Infinite,
}

impl Float {
    pub(super) fn infinite(negative: bool, precision: u32) -> Self {
        Self { negative, magnitude: Magnitude::Infinite, precision }
    }

    pub(super) fn zero(negative: bool, precision: u32) -> Self {
        Self { negative, magnitude: Magnitude::Finite { mantissa: BigUint::ZERO, exponent: 0 }, precision }
    }

    pub(super) fn from_i64(value: i64, precision: u32) -> Self {
        Self::rounded(value < 0, BigUint::from(value.unsigned_abs()), 0, false, precision)
    }

    /// Exact where the integer has no more bits than the precision.
    pub(super) fn from_integer(value: &BigInt, precision: u32) -> Self {
        Self::rounded(value.sign() == Sign::Minus, value.magnitude().clone(), 0, false, precision)
    }

    /// Exact, with a precision of 53 bits. `None` for what is not a number.
    pub(super) fn from_f64(value: f64) -> Option<Self> {
        const PRECISION: u32 = 53;
        if value.is_nan() {
            return None;
        }
        if value.is_infinite() {
            return Some(Self::infinite(value < 0.0, PRECISION));
        }
        let bits = value.to_bits();
        let (biased, fraction) = ((bits >> 52) & 0x7ff, bits & ((1 << 52) - 1));
        let (mantissa, biased) = if biased == 0 { (fraction, 1) } else { (fraction | 1 << 52, biased) };
        let exponent = i64::try_from(biased).unwrap_or(0) - 1075;
        Some(Self::rounded(value.is_sign_negative(), BigUint::from(mantissa), exponent, false, PRECISION))
    }

    /// Reads a decimal number as Go's `big.ParseFloat` does: sign, digits with a point, exponent (`e`, or `p` for a
    /// power of two), or `Inf`. `None` for anything else, and for an exponent out of range.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (negative, rest) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        if rest == "Inf" || rest == "inf" {
            return Some(Self::infinite(negative, TEXT_PRECISION));
        }
        let (mantissa, marker, exponent) = match rest.find(['e', 'E', 'p', 'P']) {
            Some(at) => (&rest[..at], rest.as_bytes()[at], parse_exponent(&rest[at + 1..])?),
            None => (rest, b'e', 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(whole) || !is_digits(fraction) || whole.len() + fraction.len() == 0 {
            return None;
        }
        let digits = [whole, fraction].concat();
        let digits = digits.trim_start_matches('0');
        if digits.is_empty() {
            return Some(Self::zero(negative, TEXT_PRECISION));
        }
        let kept = digits.len().min(MAX_DIGITS);
        let sticky = digits[kept..].bytes().any(|byte| byte != b'0');
        let value = BigUint::parse_bytes(&digits.as_bytes()[..kept], 10)?;
        let scale = i64::try_from(digits.len() - kept).ok()? - i64::try_from(fraction.len()).ok()?;
        let (power_of_five, power_of_two) = if marker.eq_ignore_ascii_case(&b'e') {
            let power = scale.checked_add(exponent)?;
            (power, power)
        } else {
            (scale, scale.checked_add(exponent)?)
        };
        if power_of_five.abs() > MAX_EXPONENT / 2 || power_of_two.abs() > MAX_EXPONENT {
            return None;
        }
        let five = BigUint::from(5u32).pow(u32::try_from(power_of_five.unsigned_abs()).ok()?);
        Some(if power_of_five >= 0 {
            Self::rounded(negative, value * five, power_of_two, sticky, TEXT_PRECISION)
        } else {
            Self::quotient(negative, &value, &five, power_of_two, sticky, TEXT_PRECISION)
        })
    }

    pub(super) fn precision(&self) -> u32 {
        self.precision
    }

    pub(super) fn with_precision(self, precision: u32) -> Self {
        match self.magnitude {
            Magnitude::Infinite => Self { precision, ..self },
            Magnitude::Finite { mantissa, exponent } => {
                Self::rounded(self.negative, mantissa, exponent, false, precision)
            }
        }
    }

    /// The bits the mantissa needs.
    pub(super) fn least_precision(&self) -> u32 {
        match &self.magnitude {
            Magnitude::Infinite => 0,
            Magnitude::Finite { mantissa, .. } => u32::try_from(mantissa.bits()).unwrap_or(u32::MAX),
        }
    }

    pub(super) fn is_infinite(&self) -> bool {
        self.magnitude == Magnitude::Infinite
    }

    pub(super) fn is_zero(&self) -> bool {
        matches!(&self.magnitude, Magnitude::Finite { mantissa, .. } if *mantissa == BigUint::ZERO)
    }

    /// Whether it has a minus sign, which zero can have as well.
    pub(super) fn is_negative(&self) -> bool {
        self.negative
    }

    pub(super) fn negated(&self) -> Self {
        Self { negative: !self.negative, ..self.clone() }
    }

    pub(super) fn absolute(&self) -> Self {
        Self { negative: false, ..self.clone() }
    }

    /// The integer part, and whether nothing was cut off. `None` for infinity.
    pub(super) fn truncated(&self) -> Option<(BigInt, bool)> {
        let Magnitude::Finite { mantissa, exponent } = &self.magnitude else { return None };
        let sign = if self.negative { Sign::Minus } else { Sign::Plus };
        if *exponent >= 0 {
            return Some((BigInt::from_biguint(sign, mantissa << exponent.unsigned_abs()), true));
        }
        let whole = mantissa >> exponent.unsigned_abs();
        let exact = *mantissa == BigUint::ZERO;
        Some((BigInt::from_biguint(sign, whole), exact))
    }

    /// The nearest double, ties to even; infinity where it is too large.
    pub(super) fn to_f64(&self) -> f64 {
        // Correctly rounded by the standard library, whatever the number of digits.
        let Magnitude::Finite { .. } = self.magnitude else {
            return if self.negative { f64::NEG_INFINITY } else { f64::INFINITY };
        };
        let (digits, point) = self.decimal_digits();
        let text = format!("{}0.{digits}e{point}", if self.negative { "-" } else { "" });
        text.parse().unwrap_or(f64::NAN)
    }

    pub(super) fn add(&self, other: &Self, precision: u32) -> Result<Self, NotANumber> {
        match (&self.magnitude, &other.magnitude) {
            (Magnitude::Infinite, Magnitude::Infinite) if self.negative != other.negative => Err(NotANumber),
            (Magnitude::Infinite, _) => Ok(Self::infinite(self.negative, precision)),
            (_, Magnitude::Infinite) => Ok(Self::infinite(other.negative, precision)),
            (
                Magnitude::Finite { mantissa: left, exponent: left_exponent },
                Magnitude::Finite { mantissa: right, exponent: right_exponent },
            ) => {
                if self.is_zero() && other.is_zero() {
                    return Ok(Self::zero(self.negative && other.negative, precision));
                }
                let exponent = *left_exponent.min(right_exponent);
                let left = left << (left_exponent - exponent).unsigned_abs();
                let right = right << (right_exponent - exponent).unsigned_abs();
                let signed =
                    |negative, value| BigInt::from_biguint(if negative { Sign::Minus } else { Sign::Plus }, value);
                let sum = signed(self.negative, left) + signed(other.negative, right);
                let (sign, magnitude) = sum.into_parts();
                Ok(Self::rounded(sign == Sign::Minus, magnitude, exponent, false, precision))
            }
        }
    }

    pub(super) fn multiply(&self, other: &Self, precision: u32) -> Result<Self, NotANumber> {
        let negative = self.negative != other.negative;
        match (&self.magnitude, &other.magnitude) {
            (
                Magnitude::Finite { mantissa: left, exponent: left_exponent },
                Magnitude::Finite { mantissa: right, exponent: right_exponent },
            ) => Ok(Self::rounded(negative, left * right, left_exponent + right_exponent, false, precision)),
            _ if self.is_zero() || other.is_zero() => Err(NotANumber),
            _ => Ok(Self::infinite(negative, precision)),
        }
    }

    pub(super) fn divide(&self, other: &Self, precision: u32) -> Result<Self, NotANumber> {
        let negative = self.negative != other.negative;
        match (&self.magnitude, &other.magnitude) {
            (Magnitude::Infinite, Magnitude::Infinite) => Err(NotANumber),
            (Magnitude::Infinite, _) => Ok(Self::infinite(negative, precision)),
            (_, Magnitude::Infinite) => Ok(Self::zero(negative, precision)),
            (
                Magnitude::Finite { mantissa: left, exponent: left_exponent },
                Magnitude::Finite { mantissa: right, exponent: right_exponent },
            ) => match (self.is_zero(), other.is_zero()) {
                (true, true) => Err(NotANumber),
                (true, false) => Ok(Self::zero(negative, precision)),
                (false, true) => Ok(Self::infinite(negative, precision)),
                (false, false) => {
                    Ok(Self::quotient(negative, left, right, left_exponent - right_exponent, false, precision))
                }
            },
        }
    }

    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let sign = |float: &Self| match (float.is_zero(), float.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        let by_sign = sign(self).cmp(&sign(other));
        if by_sign != Ordering::Equal || self.is_zero() {
            return by_sign;
        }
        let magnitudes = match (&self.magnitude, &other.magnitude) {
            (Magnitude::Infinite, Magnitude::Infinite) => Ordering::Equal,
            (Magnitude::Infinite, _) => Ordering::Greater,
            (_, Magnitude::Infinite) => Ordering::Less,
            (
                Magnitude::Finite { mantissa: left, exponent: left_exponent },
                Magnitude::Finite { mantissa: right, exponent: right_exponent },
            ) => {
                let bits =
                    |mantissa: &BigUint, exponent: i64| i64::try_from(mantissa.bits()).unwrap_or(i64::MAX) + exponent;
                bits(left, *left_exponent).cmp(&bits(right, *right_exponent)).then_with(|| {
                    let exponent = *left_exponent.min(right_exponent);
                    (left << (left_exponent - exponent).unsigned_abs())
                        .cmp(&(right << (right_exponent - exponent).unsigned_abs()))
                })
            }
        };
        if self.negative { magnitudes.reverse() } else { magnitudes }
    }

    /// The decimal digits of the magnitude, exact, without zeros at either end, and where the point stands:
    /// `0.digits × 10^point`. Zero has no digits. Infinity has none either: ask first.
    pub(super) fn decimal_digits(&self) -> (String, i64) {
        match &self.magnitude {
            Magnitude::Infinite => (String::new(), 0),
            Magnitude::Finite { mantissa, exponent } => decimal_digits(mantissa, *exponent),
        }
    }

    /// The digits of the two numbers half a unit of the last place below and above, and whether they still round to
    /// this one. For numbers other than zero and infinity.
    pub(super) fn neighbours(&self) -> ((String, i64), (String, i64), bool) {
        let Magnitude::Finite { mantissa, exponent } = &self.magnitude else { return Default::default() };
        let shift = u64::from(self.precision + 1).saturating_sub(mantissa.bits());
        let doubled: BigUint = mantissa << shift;
        let exponent = exponent - i64::try_from(shift).unwrap_or(0);
        let inclusive = !doubled.bit(1);
        (decimal_digits(&(&doubled - 1u32), exponent), decimal_digits(&(doubled + 1u32), exponent), inclusive)
    }

    /// `numerator / denominator × 2^exponent`, rounded; both above zero.
    fn quotient(
        negative: bool,
        numerator: &BigUint,
        denominator: &BigUint,
        exponent: i64,
        sticky: bool,
        precision: u32,
    ) -> Self {
        let wanted = u64::from(precision) + 2 + denominator.bits();
        let shift = wanted.saturating_sub(numerator.bits());
        let shifted: BigUint = numerator << shift;
        let (quotient, remainder) = (&shifted / denominator, shifted % denominator);
        let sticky = sticky || remainder != BigUint::ZERO;
        Self::rounded(negative, quotient, exponent - i64::try_from(shift).unwrap_or(i64::MAX), sticky, precision)
    }

    /// Rounds to the nearest, ties to even. `sticky` says that a little more than the mantissa is meant; it then has more
    /// bits than the precision.
    fn rounded(negative: bool, mut mantissa: BigUint, mut exponent: i64, sticky: bool, precision: u32) -> Self {
        let excess = mantissa.bits().saturating_sub(u64::from(precision));
        if excess > 0 {
            let half = mantissa.bit(excess - 1);
            let below = sticky || mantissa.trailing_zeros().is_some_and(|zeros| zeros < excess - 1);
            let odd = mantissa.bit(excess);
            mantissa >>= excess;
            exponent += i64::try_from(excess).unwrap_or(i64::MAX);
            if half && (below || odd) {
                mantissa += 1u32;
            }
        }
        let Some(zeros) = mantissa.trailing_zeros() else { return Self::zero(negative, precision) };
        mantissa >>= zeros;
        exponent += i64::try_from(zeros).unwrap_or(i64::MAX);
        let top = exponent + i64::try_from(mantissa.bits()).unwrap_or(i64::MAX);
        if top > MAX_EXPONENT {
            return Self::infinite(negative, precision);
        }
        if top < -MAX_EXPONENT {
            return Self::zero(negative, precision);
        }
        Self { negative, magnitude: Magnitude::Finite { mantissa, exponent }, precision }
    }
}

fn decimal_digits(mantissa: &BigUint, exponent: i64) -> (String, i64) {
    let shift = exponent.unsigned_abs();
    let (digits, behind_point) = if exponent >= 0 {
        ((mantissa << shift).to_string(), 0)
    } else {
        let five = BigUint::from(5u32).pow(u32::try_from(shift).unwrap_or(u32::MAX));
        ((mantissa * five).to_string(), exponent)
    };
    let point = i64::try_from(digits.len()).unwrap_or(i64::MAX) + behind_point;
    let kept = digits.trim_end_matches('0').len();
    let mut digits = digits;
    digits.truncate(kept);
    let point = if digits.is_empty() { 0 } else { point };
    (digits, point)
}

/// Sign and digits. An exponent that does not fit is out of range anyway.
fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}
