//! Floating-point numbers as Go's strconv writes them.
//!
//! Digits only: signs asked for by flags and widths are printf's.

/// Writes a number in format `e`, `f`, `g` or `G` and the like; without a precision, the fewest digits that say which
/// number it is.
pub(super) fn format_float(value: f64, format: u8, precision: Option<usize>) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let text = match (format.to_ascii_lowercase(), precision) {
        (b'e', None) => exponent_form(&format!("{value:e}")),
        (b'e', Some(precision)) => exponent_form(&format!("{value:.precision$e}")),
        (b'f', None) => format!("{value}"),
        (b'f', Some(precision)) => format!("{value:.precision$}"),
        (_, precision) => general_form(value, precision),
    };
    if format.is_ascii_uppercase() { text.to_ascii_uppercase() } else { text }
}

/// As `%v` writes it.
pub(in super::super) fn shortest(value: f64) -> String {
    format_float(value, b'g', None)
}

/// Rust's `1.5e3` as Go's `1.5e+03`.
fn exponent_form(text: &str) -> String {
    let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |exponent| ('-', exponent));
    format!("{digits}e{sign}{exponent:0>2}")
}

/// `%g`: an exponent where the number is very small or large, none otherwise.
fn general_form(value: f64, precision: Option<usize>) -> String {
    let precision = precision.map(|precision| precision.max(1));
    let scientific = match precision {
        None => format!("{value:e}"),
        Some(precision) => format!("{value:.*e}", precision - 1),
    };
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    // Zeros at the end do not count.
    let mantissa = if mantissa.contains('.') { mantissa.trim_end_matches('0').trim_end_matches('.') } else { mantissa };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).count();
    let integer_digits = usize::try_from(exponent + 1).unwrap_or(0);
    let limit = match precision {
        None => 6,
        Some(precision) if precision > digits && digits >= integer_digits => digits,
        Some(precision) => precision,
    };
    if exponent < -4 || exponent >= i32::try_from(limit).unwrap_or(i32::MAX) {
        return exponent_form(&format!("{mantissa}e{exponent}"));
    }
    // As many digits after the point as are left.
    let after = i32::try_from(digits).unwrap_or(0) - exponent - 1;
    format!("{value:.*}", usize::try_from(after).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_written_as_go_writes_them() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (0.1, "0.1"),
            (100_000.0, "100000"),
            (1_000_000.0, "1e+06"),
            (123_456_789.0, "1.23456789e+08"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1.5e300, "1.5e+300"),
            (f64::INFINITY, "+Inf"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(shortest(value), text);
        }
    }

    #[test]
    fn a_precision_is_kept_to() {
        assert_eq!(format_float(2.5, b'f', Some(0)), "2");
        assert_eq!(format_float(1234.5678, b'f', Some(2)), "1234.57");
        assert_eq!(format_float(1234.5678, b'e', Some(2)), "1.23e+03");
        assert_eq!(format_float(1234.5678, b'G', Some(2)), "1.2E+03");
        assert_eq!(format_float(1234.5678, b'g', Some(6)), "1234.57");
        assert_eq!(format_float(100.0, b'g', Some(3)), "100");
        assert_eq!(format_float(1e6, b'g', Some(10)), "1000000");
    }
}
