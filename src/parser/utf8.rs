//! Bytes → text.
//!
//! Every source file is UTF-8; this says where one is not.

/// A byte that is not UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not UTF-8: byte 0x{byte:02x} at line {line}, column {column}")]
pub struct NotUtf8 {
    /// The first byte that does not fit.
    pub byte: u8,
    /// Its line, from 1.
    pub line: usize,
    /// Its column in characters, from 1.
    pub column: usize,
    /// Its offset, from 0.
    pub offset: usize,
}

/// The text of a file.
///
/// # Errors
/// With the place of the first byte that is not UTF-8.
pub fn decode_utf8(bytes: Vec<u8>) -> Result<String, NotUtf8> {
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let before = &bytes[..offset];
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        NotUtf8 {
            byte: bytes[offset],
            line: 1 + memchr::memchr_iter(b'\n', before).count(),
            column: 1 + String::from_utf8_lossy(&before[line_start..]).chars().count(),
            offset,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{NotUtf8, decode_utf8};

    #[test]
    fn names_line_and_column_in_characters() {
        assert_eq!(decode_utf8("ä".into()).unwrap(), "ä");
        let error = decode_utf8(b"a = 1\n\xc3\xa4 = \xff".to_vec()).unwrap_err();
        assert_eq!(error, NotUtf8 { byte: 0xff, line: 2, column: 5, offset: 11 });
        assert_eq!(error.to_string(), "not UTF-8: byte 0xff at line 2, column 5");
    }
}
