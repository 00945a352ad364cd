//! The ports somebody listens on in this network namespace (proc_pid_net(5)).

use std::collections::BTreeSet;

use super::kernel_file;

/// Numbers that a TCP socket listens on or a UDP socket is bound to, on any address.
pub fn listening() -> BTreeSet<u16> {
    const TCP_LISTEN: &str = "0A";
    const UDP_UNCONNECTED: &str = "07";
    let tables = [("tcp", TCP_LISTEN), ("tcp6", TCP_LISTEN), ("udp", UDP_UNCONNECTED), ("udp6", UDP_UNCONNECTED)];
    let read = |(name, state)| {
        let table = kernel_file::read_text(format!("/proc/self/net/{name}")).unwrap_or_default();
        ports(&table, state).collect::<Vec<_>>()
    };
    tables.into_iter().flat_map(read).collect()
}

/// The local ports of a table's lines in this state: `sl local_address rem_address st …`, all in hexadecimal.
fn ports(table: &str, state: &str) -> impl Iterator<Item = u16> {
    table.lines().skip(1).filter_map(move |line| {
        let mut words = line.split_ascii_whitespace().skip(1);
        let (local, at) = (words.next()?, words.nth(1)?);
        (at == state).then(|| u16::from_str_radix(local.rsplit(':').next()?, 16).ok())?
    })
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn ports_of_a_table() {
        let table = "  sl  local_address rem_address   st tx_queue\n   0: 0100007F:1F90 00000000:0000 0A 00000000\n   \
                     1: 0100007F:1F91 0100007F:C001 01 00000000\n   torn\n";
        assert_eq!(ports(table, "0A").collect::<Vec<_>>(), [8080]);
    }

    #[test]
    fn a_socket_that_listens_is_seen() {
        let Ok(socket) = TcpListener::bind("127.0.0.1:0") else { return };
        assert!(listening().contains(&socket.local_addr().unwrap().port()));
    }
}
