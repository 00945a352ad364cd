//! TLS, both ways.

use std::fs;
use std::sync::Arc;

use rcgen::{BasicConstraints, Certificate, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use rustls::RootCertStore;
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use rustls::server::WebPkiClientVerifier;

use super::bench::{Bench, JOB, Said, cluster};
use super::server::Server;

/// An authority, and a server that has its certificate and wants one of us.
struct Trust {
    authority: Issuer<'static, KeyPair>,
    certificate: Certificate,
}

impl Trust {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self { authority: Issuer::new(params, key), certificate }
    }

    fn issue(&self, name: &str, purpose: ExtendedKeyUsagePurpose) -> (Certificate, KeyPair) {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.extended_key_usages.push(purpose);
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, &self.authority).unwrap(), key)
    }

    fn server(&self) -> Server {
        let (certificate, key) = self.issue("server.global.nomad", ExtendedKeyUsagePurpose::ServerAuth);
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.der().clone()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build().unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(verifier)
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        Server::tls(config, cluster())
    }
}

#[test]
fn both_sides_show_who_they_are() {
    let trust = Trust::new();
    let server = trust.server();
    let bench = Bench::new(JOB);
    let (certificate, key) = trust.issue("me", ExtendedKeyUsagePurpose::ClientAuth);
    fs::create_dir(bench.path("authorities")).unwrap();
    for (name, text) in [
        ("ca.pem", trust.certificate.pem()),
        ("authorities/one.pem", trust.certificate.pem()),
        ("me.pem", certificate.pem()),
        ("me.key", key.serialize_pem()),
        ("nothing.pem", "nothing".to_owned()),
    ] {
        fs::write(bench.path(name), text).unwrap();
    }
    let run = |variables: &[(&str, &str)]| {
        let mut command = bench.command(&server.address, &["web.hcl", "--detach"]);
        Said::of(&command.envs(variables.iter().copied()).output().unwrap())
    };
    let name = ("NOMAD_TLS_SERVER_NAME", "server.global.nomad");
    let us = [("NOMAD_CLIENT_CERT", "me.pem"), ("NOMAD_CLIENT_KEY", "me.key")];

    let good = run(&[("NOMAD_CACERT", "ca.pem"), name, us[0], us[1]]);
    assert_eq!(good.code, Some(0), "{good:?}");
    let host = server.asked()[0].header("Host").unwrap().to_owned();
    assert_eq!(format!("https://{host}"), server.address, "the host is where it is, not what its certificate says");
    assert_eq!(run(&[("NOMAD_CAPATH", "authorities"), name, us[0], us[1]]).code, Some(0));
    assert_eq!(run(&[("NOMAD_SKIP_VERIFY", "true"), us[0], us[1]]).code, Some(0));

    let refused = |variables: &[(&str, &str)], words: &str| {
        let said = run(variables);
        assert_eq!(said.code, Some(1), "{variables:?}: {said:?}");
        assert!(said.err.contains(words), "{variables:?}: {said:?}");
    };
    refused(&[name, us[0], us[1]], "the server's certificate is not accepted");
    refused(&[("NOMAD_CACERT", "ca.pem"), us[0], us[1]], "NOMAD_TLS_SERVER_NAME the name in the server's");
    refused(&[("NOMAD_CACERT", "ca.pem"), name], "no trust between us and");
    refused(&[("NOMAD_CACERT", "ca.pem"), name, us[0]], "give both or none");
    refused(&[("NOMAD_CACERT", "nothing.pem")], "nothing.pem holds no certificate in PEM");
    refused(&[("NOMAD_CACERT", "nowhere.pem")], "cannot read nowhere.pem");
    refused(&[us[0], ("NOMAD_CLIENT_KEY", "nothing.pem")], "nothing.pem holds no private key in PEM");
    refused(&[("NOMAD_SKIP_VERIFY", "perhaps")], "neither true nor false");
}

#[test]
fn one_side_that_speaks_no_tls_is_told() {
    let plain = Server::tcp(cluster());
    let bench = Bench::new(JOB);
    let said = Said::of(
        &bench.command(&plain.address.replace("http:", "https:"), &["web.hcl", "--timeout", "20s"]).output().unwrap(),
    );
    assert_eq!(said.code, Some(1), "{said:?}");
}
