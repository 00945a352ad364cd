//! Numbers as cty has them: exact integers, and binary floating point of up to 512 bits.
//!
//! Small integers are kept as such; everything else is a [`Float`]. Each knows its precision, because the result of a
//! division has the larger one of its operands.

use std::cmp::Ordering;
use std::fmt;
use std::rc::Rc;

use num_bigint::BigInt;

use super::decimal::{self, Notation};
use super::float::{Float, NotANumber, TEXT_PRECISION};

/// The precision of an integer that does not come from text: an index, a length.
const INTEGER_PRECISION: u32 = 64;

/// A number. Equal means equal in value: the same integer, or the same decimal text.
#[derive(Clone)]
pub struct Number(Repr);

#[derive(Clone)]
enum Repr {
    /// At most as many bits as the precision has.
    Small {
        value: i64,
        precision: u16,
    },
    Big(Rc<Float>),
}

impl Number {
    /// Reads a decimal number, as a literal or as a string that is converted. `None` where it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.len() <= 18
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && let Ok(value) = text.parse::<i64>()
            && (value != 0 || !text.starts_with('-'))
        {
            return Some(Self::small(value, TEXT_PRECISION));
        }
        Float::parse(text).map(Self::from_float)
    }

    /// A double as the functions that compute with doubles give it. `None` for what is not a number.
    pub fn from_f64(value: f64) -> Option<Self> {
        Float::from_f64(value).map(Self::from_float)
    }

    /// An integer of any size.
    pub fn from_integer(value: &BigInt) -> Self {
        let precision = u32::try_from(value.bits()).unwrap_or(u32::MAX).max(INTEGER_PRECISION);
        Self::from_float(Float::from_integer(value, precision))
    }

    fn small(value: i64, precision: u32) -> Self {
        Self(Repr::Small { value, precision: u16::try_from(precision).unwrap_or(u16::MAX) })
    }

    fn from_float(float: Float) -> Self {
        if let Ok(precision) = u16::try_from(float.precision())
            && let Some((integer, true)) = float.truncated()
            && let Ok(value) = i64::try_from(&integer)
            && !(float.is_zero() && float.is_negative())
        {
            return Self(Repr::Small { value, precision });
        }
        Self(Repr::Big(Rc::new(float)))
    }

    fn float(&self) -> Float {
        match &self.0 {
            Repr::Small { value, precision } => Float::from_i64(*value, u32::from(*precision)),
            Repr::Big(float) => Float::clone(float),
        }
    }

    fn precision(&self) -> u32 {
        match &self.0 {
            Repr::Small { precision, .. } => u32::from(*precision),
            Repr::Big(float) => float.precision(),
        }
    }

    /// The operands and the result's precision, where both are small.
    fn both_small(&self, other: &Self) -> Option<(i64, i64)> {
        match (&self.0, &other.0) {
            (Repr::Small { value: left, .. }, Repr::Small { value: right, .. }) => Some((*left, *right)),
            _ => None,
        }
    }

    /// The value, where it is an integer that fits.
    pub fn as_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Small { value, .. } => Some(*value),
            Repr::Big(float) => match float.truncated() {
                Some((integer, true)) => i64::try_from(&integer).ok(),
                _ => None,
            },
        }
    }

    /// The nearest double.
    pub fn as_f64(&self) -> f64 {
        self.float().to_f64()
    }

    /// The integer part, and whether nothing was cut off. `None` for infinity.
    pub(super) fn truncated(&self) -> Option<(BigInt, bool)> {
        match &self.0 {
            Repr::Small { value, .. } => Some((BigInt::from(*value), true)),
            Repr::Big(float) => float.truncated(),
        }
    }

    /// Whether it is `∞` or `-∞`, what a division by zero gives.
    pub fn is_infinite(&self) -> bool {
        matches!(&self.0, Repr::Big(float) if float.is_infinite())
    }

    /// Whether it is below zero.
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Repr::Small { value, .. } => *value < 0,
            Repr::Big(float) => float.is_negative() && !float.is_zero(),
        }
    }

    /// Whether it is zero, of either sign.
    pub fn is_zero(&self) -> bool {
        match &self.0 {
            Repr::Small { value, .. } => *value == 0,
            Repr::Big(float) => float.is_zero(),
        }
    }

    /// `+∞`
    pub(super) fn infinity() -> Self {
        Self::from_float(Float::infinite(false, INTEGER_PRECISION))
    }

    pub(super) fn negated(&self) -> Self {
        match &self.0 {
            Repr::Small { value, precision } if *value != 0 && *value != i64::MIN => {
                Self(Repr::Small { value: -value, precision: *precision })
            }
            _ => Self::from_float(self.float().negated()),
        }
    }

    pub(super) fn absolute(&self) -> Self {
        Self::from_float(self.float().absolute())
    }

    pub(super) fn add(&self, other: &Self) -> Result<Self, NotANumber> {
        let precision = self.precision().max(other.precision());
        if let Some((left, right)) = self.both_small(other)
            && let Some(sum) = left.checked_add(right)
            && fits(sum, precision)
        {
            return Ok(Self::small(sum, precision));
        }
        Ok(Self::from_float(self.float().add(&other.float(), precision)?))
    }

    pub(super) fn subtract(&self, other: &Self) -> Result<Self, NotANumber> {
        let precision = self.precision().max(other.precision());
        if let Some((left, right)) = self.both_small(other)
            && let Some(difference) = left.checked_sub(right)
            && fits(difference, precision)
        {
            return Ok(Self::small(difference, precision));
        }
        Ok(Self::from_float(self.float().add(&other.float().negated(), precision)?))
    }

    /// The product keeps more bits than its operands where it needs them, up to 512.
    pub(super) fn multiply(&self, other: &Self) -> Result<Self, NotANumber> {
        let precision = self.precision().max(other.precision());
        if let Some((left, right)) = self.both_small(other)
            && let Some(product) = left.checked_mul(right)
            && fits(product, precision)
            && (product != 0 || left >= 0 && right >= 0)
        {
            return Ok(Self::small(product, precision));
        }
        let product = self.float().multiply(&other.float(), TEXT_PRECISION)?;
        let precision = product.least_precision().max(precision);
        Ok(Self::from_float(product.with_precision(precision)))
    }

    /// By zero: infinity.
    pub(super) fn divide(&self, other: &Self) -> Result<Self, NotANumber> {
        let precision = self.precision().max(other.precision());
        if let Some((left, right)) = self.both_small(other)
            && let (Some(quotient), Some(0)) = (left.checked_div(right), left.checked_rem(right))
            && fits(quotient, precision)
            && quotient != 0
        {
            return Ok(Self::small(quotient, precision));
        }
        Ok(Self::from_float(self.float().divide(&other.float(), precision)?))
    }

    /// What a division that rounds towards zero leaves. By zero: the dividend.
    pub(super) fn modulo(&self, other: &Self) -> Result<Self, NotANumber> {
        const SAFE: u64 = 1 << 31;
        if other.is_zero() {
            return Ok(self.clone());
        }
        if self.is_infinite() || other.is_infinite() {
            return Err(NotANumber);
        }
        if let Some((left, right)) = self.both_small(other)
            && left.unsigned_abs() < SAFE
            && right.unsigned_abs() < SAFE
        {
            return Ok(Self::small(left % right, self.precision()));
        }
        let precision = self.precision();
        let quotient = self.float().divide(&other.float(), precision.max(other.precision()))?;
        let (whole, _) = quotient.truncated().ok_or(NotANumber)?;
        let taken = Float::from_integer(&whole, precision).multiply(&other.float(), precision)?;
        Ok(Self::from_float(self.float().add(&taken.negated(), precision)?))
    }

    /// The next integer below, or above where `up`, of the same precision.
    pub(super) fn to_integer(&self, up: bool) -> Self {
        let Some((whole, false)) = self.truncated() else {
            // The sign of a zero is of no number below or above it.
            return if self.is_zero() { Self::from(0) } else { self.clone() };
        };
        let whole = match (up, self.is_negative()) {
            (true, false) => whole + 1,
            (false, true) => whole - 1,
            _ => whole,
        };
        Self::from_float(Float::from_integer(&whole, self.precision()))
    }

    /// The text in a notation, with so many digits, or as many as are needed.
    pub(super) fn text(&self, notation: Notation, digits: Option<usize>) -> String {
        decimal::text(&self.float(), notation, digits)
    }
}

/// All digits, no exponent: what an interpolation and `jsonencode` write.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Small { value, precision } if fits(*value, u32::from(*precision)) => write!(f, "{value}"),
            _ => f.write_str(&self.text(Notation::Fixed, None)),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        if let Some((left, right)) = self.both_small(other) {
            return left == right;
        }
        match (self.truncated(), other.truncated()) {
            (Some((left, true)), Some((right, true))) => left == right,
            (Some((_, true)), _) | (_, Some((_, true))) => false,
            _ => self.to_string() == other.to_string(),
        }
    }
}

/// By value, exactly: two numbers may be equal by their text and still differ here.
impl Number {
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        match self.both_small(other) {
            Some((left, right)) => left.cmp(&right),
            None => self.float().compare(&other.float()),
        }
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self::small(value, INTEGER_PRECISION)
    }
}

/// Whether the integer has no more bits than the precision.
fn fits(value: i64, precision: u32) -> bool {
    u64::BITS - value.unsigned_abs().leading_zeros() <= precision
}
