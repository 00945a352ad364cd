//! The authorities whose certificates programs of this system accept.

use ureq::tls::{Certificate, PemItem, parse_pem};

/// Where distributions have them. The first that is there counts.
pub const BUNDLES: [&str; 5] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// Those of the root we are in; none where it has none.
pub fn of_system() -> Vec<Certificate<'static>> {
    in_pem(&BUNDLES.iter().find_map(|path| std::fs::read(path).ok()).unwrap_or_default())
}

/// The certificates of a text; what else stands in it is passed over.
pub fn in_pem(text: &[u8]) -> Vec<Certificate<'static>> {
    let certificates = parse_pem(text).filter_map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        _ => None,
    });
    certificates.collect()
}
