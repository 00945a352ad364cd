//! Logarithms and powers of doubles, to the last bit as Go computes them.
//!
//! The system's library rounds some results differently, and a value that differs in its last digit is another plan.

/// The natural logarithm: the argument is brought near 1, the rest is a polynomial (the method of FreeBSD's `e_log.c`).
pub(super) fn ln(x: f64) -> f64 {
    const LN2_HIGH: f64 = 0.693_147_180_369_123_8;
    const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    const ODD: [f64; 4] =
        [0.666_666_666_666_673_5, 0.285_714_287_436_623_9, 0.181_835_721_616_180_5, 0.147_981_986_051_165_86];
    const EVEN: [f64; 3] = [0.399_999_999_994_094_2, 0.222_221_984_321_497_84, 0.153_138_376_992_093_73];
    if x == 0.0 {
        return f64::NEG_INFINITY;
    }
    if x < 0.0 {
        return f64::NAN;
    }
    if !x.is_finite() {
        return x;
    }
    let (mut fraction, exponent) = split(x);
    let mut k = f64::from(exponent);
    if fraction < std::f64::consts::FRAC_1_SQRT_2 {
        k -= 1.0;
        fraction *= 2.0;
    }
    let f = fraction - 1.0;
    let s = f / (2.0 + f);
    let s2 = s * s;
    let s4 = s2 * s2;
    let odd = s2 * (ODD[0] + s4 * (ODD[1] + s4 * (ODD[2] + s4 * ODD[3])));
    let even = s4 * (EVEN[0] + s4 * (EVEN[1] + s4 * EVEN[2]));
    let half_square = 0.5 * f * f;
    k * LN2_HIGH - ((half_square - (s * (half_square + (odd + even)) + k * LN2_LOW)) - f)
}

/// The exponential function: the argument is divided by 16, a Taylor series, and four squarings of the result less 1.
fn exp(x: f64) -> f64 {
    const OVERFLOW: f64 = 709.782_712_893_384;
    const LN2_HIGH: f64 = 0.693_147_180_559_663;
    const LN2_LOW: f64 = 2.823_529_056_303_157_7e-13;
    /// 1/8! down to 1/2!, then 1.
    const SERIES: [f64; 8] = [1.0 / 40320.0, 1.0 / 5040.0, 1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0];
    if !x.is_finite() {
        return if x == f64::NEG_INFINITY { 0.0 } else { x };
    }
    if x > OVERFLOW {
        return f64::INFINITY;
    }
    let k = (x * std::f64::consts::LOG2_E).round_ties_even();
    let reduced = (-k).mul_add(LN2_LOW, (-k).mul_add(LN2_HIGH, x)) * 0.0625;
    let series = SERIES[1..].iter().fold(SERIES[0], |sum, term| sum.mul_add(reduced, *term));
    let mut less_one = series * reduced;
    for _ in 0..3 {
        less_one *= less_one + 2.0;
    }
    // The clamp keeps the exponent in range for the conversion; the result is 0 far before.
    #[expect(clippy::cast_possible_truncation, reason = "clamped to far less than an i32 holds")]
    let exponent = k.clamp(-4000.0, 4000.0) as i32;
    scale(less_one.mul_add(less_one + 2.0, 1.0), exponent)
}

/// The power where zero, infinity, `NaN` or an exponent beyond all fractions comes in: exact, the same everywhere (C23, F.10.4.4). For
/// these alone `powf` would have libm loaded into every process.
#[expect(clippy::float_cmp, reason = "an exact argument")]
fn pow_at_limits(x: f64, y: f64) -> Option<f64> {
    const HUGE: f64 = 9_223_372_036_854_775_808.0;
    let odd = y.abs() < 9_007_199_254_740_992.0 && (y.abs() % 2.0) == 1.0;
    let signed = |limit: f64| if odd { limit.copysign(x) } else { limit };
    Some(if x.is_nan() || y.is_nan() {
        f64::NAN
    } else if x == 0.0 {
        signed(if y < 0.0 { f64::INFINITY } else { 0.0 })
    } else if x.is_infinite() {
        signed(if y < 0.0 { 0.0 } else { f64::INFINITY })
    } else if y.abs() >= HUGE {
        match (x == -1.0, (x.abs() < 1.0) == (y > 0.0)) {
            (true, _) => 1.0,
            (false, true) => 0.0,
            (false, false) => f64::INFINITY,
        }
    } else {
        return None;
    })
}

/// A power. `NaN` for a fraction of a negative number.
#[expect(clippy::float_cmp, reason = "these arguments have exact results, and only these")]
pub(super) fn pow(x: f64, y: f64) -> f64 {
    if y == 0.0 || x == 1.0 {
        return 1.0;
    }
    if y == 1.0 {
        return x;
    }
    if let Some(limit) = pow_at_limits(x, y) {
        return limit;
    }
    if y == 0.5 {
        return x.sqrt();
    }
    if y == -0.5 {
        return 1.0 / x.sqrt();
    }
    let (mut whole, mut part) = (y.abs().trunc(), y.abs().fract());
    if part != 0.0 && x < 0.0 {
        return f64::NAN;
    }
    // The result is `answer × 2^answer_exponent`.
    let mut answer = 1.0;
    let mut answer_exponent: i32 = 0;
    if part != 0.0 {
        if part > 0.5 {
            part -= 1.0;
            whole += 1.0;
        }
        answer = exp(part * ln(x));
    }
    let (mut base, mut exponent) = split(x);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 2^63")]
    let mut bits = whole as u64;
    while bits != 0 {
        if exponent.abs() > 1 << 12 {
            // Out of range whatever follows.
            answer_exponent += exponent;
            break;
        }
        if bits & 1 == 1 {
            answer *= base;
            answer_exponent += exponent;
        }
        base *= base;
        exponent <<= 1;
        if base < 0.5 {
            base += base;
            exponent -= 1;
        }
        bits >>= 1;
    }
    if y < 0.0 {
        answer = 1.0 / answer;
        answer_exponent = -answer_exponent;
    }
    scale(answer, answer_exponent)
}

const FRACTION_BITS: u32 = 52;
/// The exponent field of 0.5.
const HALF: u64 = 0x3fe;

/// The fraction, from 0.5 up to 1, and the power of two it is multiplied with. For finite numbers other than zero.
fn split(x: f64) -> (f64, i32) {
    let (x, more) = if x.is_normal() { (x, 0) } else { (x * 2f64.powi(54), -54) };
    let bits = x.to_bits();
    let field = (bits >> FRACTION_BITS) & 0x7ff;
    let fraction = f64::from_bits(bits & !(0x7ff << FRACTION_BITS) | HALF << FRACTION_BITS);
    let exponent = i32::try_from(field).unwrap_or_default() - i32::try_from(HALF).unwrap_or_default();
    (fraction, exponent + more)
}

/// `x × 2^exponent`, rounded once.
fn scale(x: f64, exponent: i32) -> f64 {
    if x == 0.0 || !x.is_finite() {
        return x;
    }
    let (fraction, own) = split(x);
    let exponent = exponent.saturating_add(own);
    match exponent {
        ..-1080 => 0.0_f64.copysign(x),
        -1080..=-1022 => fraction * 2f64.powi(exponent + 100) * 2f64.powi(-100),
        -1021..=1024 => fraction * 2.0 * 2f64.powi(exponent - 1),
        _ => f64::INFINITY.copysign(x),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_at_the_limits_are_those_of_libm() {
        let limits = [0.0, f64::INFINITY, f64::NAN, 1e19, 9_007_199_254_740_993.0];
        let others = [1.0, 2.0, 3.0, 0.5, 1.5, 0.999, 1e300];
        let all: Vec<f64> = limits.iter().chain(&others).flat_map(|x| [*x, -x]).collect();
        for x in &all {
            for y in all.iter().filter(|y| pow_at_limits(*x, **y).is_some()) {
                let (ours, theirs) = (pow(*x, *y), x.powf(*y));
                assert!(
                    ours.to_bits() == theirs.to_bits() || ours.is_nan() && theirs.is_nan(),
                    "{x}^{y}: {ours}, {theirs}"
                );
            }
        }
    }
}
