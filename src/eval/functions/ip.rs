//! IP networks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use num_bigint::{BigInt, BigUint};

use super::{Function, FunctionError, Outcome, Parameter, Wanted, text, whole};
use crate::eval::{Type, Value};

const PREFIX: Parameter = Parameter::new("prefix", Wanted::String);

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("cidrhost", &[PREFIX, Parameter::new("host", Wanted::Number)], host),
    Function::new("cidrnetmask", &[PREFIX], |arguments| {
        let network = network(arguments)?;
        Ok(Value::string(&network.with_bits(network.mask()).address_text()))
    }),
    Function::new(
        "cidrsubnet",
        &[PREFIX, Parameter::new("new_bits", Wanted::Number), Parameter::new("number", Wanted::Number)],
        subnet,
    ),
    Function::new("cidrsubnets", &[PREFIX], subnets).variadic(Parameter::new("new_bits", Wanted::Number)),
];

/// The most bits a prefix is extended by.
const MAX_NEW_BITS: i64 = 32;

/// An address and the length of its prefix.
#[derive(Clone, Copy)]
struct Network {
    /// The address, its host bits zero, in the low bits.
    bits: u128,
    prefix: u32,
    /// 32 or 128.
    size: u32,
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let (bits, size) = match address.parse().ok()? {
            IpAddr::V4(address) => (u128::from(u32::from(address)), 32),
            IpAddr::V6(address) => (u128::from(address), 128),
        };
        if prefix.is_empty() || prefix.len() > 9 || !prefix.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let prefix = prefix.parse().ok().filter(|prefix| *prefix <= size)?;
        let network = Self { bits, prefix, size };
        Some(network.with_bits(bits & network.mask()))
    }

    fn with_bits(self, bits: u128) -> Self {
        Self { bits, ..self }
    }

    fn with_prefix(self, prefix: u32) -> Self {
        Self { prefix, ..self }
    }

    fn host_bits(self) -> u32 {
        self.size - self.prefix
    }

    fn mask(self) -> u128 {
        let all = u128::MAX >> (128 - self.size);
        all & !(all.checked_shr(self.prefix).unwrap_or(0))
    }

    fn last(self) -> u128 {
        self.bits | (u128::MAX >> (128 - self.size) & !self.mask())
    }

    /// The address where it is one of version 4, also one written as version 6.
    fn version_4(self) -> Option<Ipv4Addr> {
        if self.size == 32 {
            return u32::try_from(self.bits).ok().map(Ipv4Addr::from);
        }
        Ipv6Addr::from(self.bits).to_ipv4_mapped()
    }

    fn address_text(self) -> String {
        self.version_4().map_or_else(|| Ipv6Addr::from(self.bits).to_string(), |address| address.to_string())
    }

    fn text(self) -> String {
        let shorter = if self.size == 128 && self.version_4().is_some() { 96 } else { 0 };
        format!("{}/{}", self.address_text(), self.prefix.saturating_sub(shorter))
    }

    /// The address with a number put in, `shift` bits from its end; computed as Go's library does, whose result for a
    /// number below zero is odd but defined.
    fn insert(self, number: &BigInt, shift: u32) -> Self {
        let inserted: BigInt = BigInt::from(self.bits) | (number << shift);
        let all = BigUint::from(u128::MAX >> (128 - self.size));
        let bits = u128::try_from(inserted.magnitude() & all).unwrap_or_default();
        self.with_bits(bits)
    }
}

fn network(arguments: &[Value]) -> Result<Network, FunctionError> {
    Network::parse(text(arguments, 0))
        .ok_or_else(|| FunctionError::of_argument(0, "a network such as \"10.0.0.0/8\" is needed"))
}

fn host(arguments: &[Value]) -> Outcome {
    let (network, number) = (network(arguments)?, whole(arguments, 1)?);
    let most: BigInt = (BigInt::from(1) << network.host_bits()) - 1;
    let (wanted, from_end) = if number < 0 { (-BigInt::from(number) - 1, true) } else { (BigInt::from(number), false) };
    if wanted > most {
        return Err(FunctionError::of_argument(1, format!("a prefix of {} bits leaves no such host", network.prefix)));
    }
    let number = if from_end { most - wanted } else { wanted };
    // A version 4 address written as version 6 counts its bits from the wrong end in Go's library.
    let shift = if network.size == 128 && network.version_4().is_some() { 96 } else { 0 };
    Ok(Value::string(&network.insert(&number, shift).address_text()))
}

fn subnet(arguments: &[Value]) -> Outcome {
    let (new_bits, number) = (whole(arguments, 1)?, whole(arguments, 2)?);
    let network = network(arguments)?;
    if new_bits > MAX_NEW_BITS {
        return Err(FunctionError::of_argument(1, format!("at most {MAX_NEW_BITS} bits")));
    }
    let prefix = u32::try_from(i64::from(network.prefix).saturating_add(new_bits)).ok();
    let Some(prefix) = prefix.filter(|prefix| *prefix <= network.size) else {
        return Err(FunctionError::of_argument(
            1,
            format!("{new_bits} more bits do not fit a prefix of {} of {}", network.prefix, network.size),
        ));
    };
    if new_bits >= 0 && number.unsigned_abs() >= 1 << new_bits {
        return Err(FunctionError::of_argument(2, format!("{new_bits} more bits leave no subnet of that number")));
    }
    let inserted = network.insert(&BigInt::from(number), network.size - prefix);
    Ok(Value::string(&inserted.with_prefix(prefix).text()))
}

fn subnets(arguments: &[Value]) -> Outcome {
    let network = network(arguments)?;
    // Go's library looks for the network before the first, and finds none; Nomad refuses what it refuses.
    if network.bits == 0 && arguments.len() > 1 {
        return Err(FunctionError::of_argument(0, "a network that begins at address 0 cannot be divided"));
    }
    if network.size == 128 && network.version_4().is_some() && arguments.len() > 1 {
        return Err(FunctionError::of_argument(0, "a version 4 network written as version 6 cannot be divided"));
    }
    let mut next = Some(network.bits);
    let mut found = Vec::new();
    for at in 1..arguments.len() {
        let new_bits = whole(arguments, at)?;
        if !(1..=MAX_NEW_BITS).contains(&new_bits) {
            return Err(FunctionError::of_argument(at, format!("between 1 and {MAX_NEW_BITS} bits")));
        }
        let prefix = network.prefix + u32::try_from(new_bits).unwrap_or_default();
        if prefix > network.size {
            return Err(FunctionError::of_argument(
                at,
                format!("{new_bits} more bits do not fit a prefix of {} of {}", network.prefix, network.size),
            ));
        }
        // The next address on a boundary of this size.
        let step = network.size - prefix;
        let first = next.and_then(|next| {
            let below = (1_u128 << step) - 1;
            next.checked_add(below).map(|next| next & !below)
        });
        let Some(first) = first.filter(|first| *first <= network.last()) else {
            return Err(FunctionError::of_argument(at, "no space is left in the network"));
        };
        let subnet = Network { bits: first, prefix, size: network.size };
        found.push(Value::string(&subnet.text()));
        next = subnet.last().checked_add(1);
    }
    Ok(Value::list(Type::String, found))
}

#[cfg(test)]
mod tests {
    use crate::eval::testing::{assert_errors, assert_values};

    #[test]
    fn values() {
        assert_values(&[
            (r#"cidrhost("10.12.127.0/20", 16)"#, r#""10.12.112.16""#),
            (r#"cidrhost("10.0.0.0/8", -2)"#, r#""10.255.255.254""#),
            (r#"cidrhost("fd00:fd12:3456:7890:00a2::/72", 34)"#, r#""fd00:fd12:3456:7890::22""#),
            (r#"cidrnetmask("172.16.0.0/12")"#, r#""255.240.0.0""#),
            (r#"cidrnetmask("1::/64")"#, r#""ffff:ffff:ffff:ffff::""#),
            (r#"cidrsubnet("172.16.0.0/12", 4, 2)"#, r#""172.18.0.0/16""#),
            (r#"cidrsubnet("fd00:fd12:3456:7890::/56", 16, 162)"#, r#""fd00:fd12:3456:7800:a200::/72""#),
            (r#"cidrsubnet("::ffff:192.168.0.0/112", 8, 6)"#, r#""192.168.6.0/24""#),
            (
                r#"cidrsubnets("10.1.0.0/16", 4, 4, 8, 4)"#,
                r#"["10.1.0.0/20","10.1.16.0/20","10.1.32.0/24","10.1.48.0/20"]"#,
            ),
            (r#"cidrsubnets("10.1.0.0/16")"#, "[]"),
            (r#"cidrsubnets("fd00::/48", 16, 32)"#, r#"["fd00::/64","fd00:0:0:1::/80"]"#),
        ]);
    }

    #[test]
    fn errors() {
        assert_errors(&[
            r#"cidrhost("10.0.0.0/30", 4)"#,
            r#"cidrhost("10.0.0.0", 1)"#,
            r#"cidrhost("10.0.0.0/33", 1)"#,
            r#"cidrnetmask("bogus")"#,
            r#"cidrnetmask("010.0.0.0/8")"#,
            r#"cidrsubnet("10.1.2.0/24", 4, 16)"#,
            r#"cidrsubnet("10.1.2.0/24", 9, 0)"#,
            r#"cidrsubnet("fd00::/48", 33, 0)"#,
            r#"cidrsubnets("10.0.0.0/8", 1, 1, 1)"#,
            r#"cidrsubnets("10.0.0.0/8", 0)"#,
            r#"cidrsubnets("0.0.0.0/0", 1)"#,
        ]);
    }
}
