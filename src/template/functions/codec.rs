//! base64.
//!
//! Bytes to text and back.

use base64::Engine as _;
use base64::engine::GeneralPurpose;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE};

use crate::template::error::Failure;
use crate::template::function::Parameter::String as Text;
use crate::template::function::{Arguments, Context, Function};
use crate::template::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("base64Decode", &[Text], |_, arguments| decode(&BASE64_STANDARD, arguments)),
    Function::new("base64Encode", &[Text], |context, arguments| encode(&BASE64_STANDARD, context, arguments)),
    Function::new("base64URLDecode", &[Text], |_, arguments| decode(&BASE64_URL_SAFE, arguments)),
    Function::new("base64URLEncode", &[Text], |context, arguments| encode(&BASE64_URL_SAFE, context, arguments)),
    Function::new("sprig_b64dec", &[Text], |_, arguments| decode(&BASE64_STANDARD, arguments)),
    Function::new("sprig_b64enc", &[Text], |context, arguments| encode(&BASE64_STANDARD, context, arguments)),
];

fn encode(engine: &GeneralPurpose, context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let mut out = context.writer();
    out.push(engine.encode(arguments.bytes(0)))?;
    Ok(Value::string(out.into_bytes()))
}

/// Line ends in the text do not count.
fn decode(engine: &GeneralPurpose, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let text: Vec<u8> = arguments.bytes(0).iter().copied().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    let decoded = engine.decode(text);
    decoded.map(Value::string).map_err(|error| {
        // The library's sentences begin with a capital.
        Failure::new(format!("this is not base64: {}", error.to_string().to_lowercase()))
    })
}
