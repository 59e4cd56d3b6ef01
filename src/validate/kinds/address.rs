//! IP addresses and CIDRs. `core::net` is their types alone: nothing here reaches a network.

use core::net::{IpAddr, Ipv6Addr};

use super::syntax::{Verdict, ensure};

/// An address, strictly: no leading zeros, no IPv4 in the dress of IPv6.
pub(super) fn ip(text: &str) -> Result<IpAddr, String> {
    let address: IpAddr = text
        .parse()
        .map_err(|_| "it must be an IP address, as in `10.9.8.7` or `2001:db8::ffff`".to_owned())?;
    ensure(!is_mapped(address), "it must not be an IPv4 address written as IPv6")?;
    Ok(address)
}

/// A block of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cidr {
    bits: u128,
    prefix: u32,
    is_v4: bool,
}

impl Cidr {
    /// Reads a block, strictly: nothing stands behind its prefix.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let none = || "it must be a CIDR, as in `10.9.8.0/24` or `2001:db8::/64`".to_owned();
        let (address, prefix) = text.split_once('/').ok_or_else(none)?;
        let address: IpAddr = address.parse().map_err(|_| none())?;
        let plain =
            prefix.bytes().all(|digit| digit.is_ascii_digit()) && (prefix == "0" || !prefix.starts_with('0'));
        let prefix: u32 = prefix.parse().ok().filter(|_| plain).ok_or_else(none)?;
        ensure(!is_mapped(address), "it must not hold an IPv4 address written as IPv6")?;
        let (bits, width) = match address {
            IpAddr::V4(address) => (u128::from(address.to_bits()) << 96, 32),
            IpAddr::V6(address) => (address.to_bits(), 128),
        };
        ensure(prefix <= width, &none())?;
        let block = Cidr { bits, prefix, is_v4: address.is_ipv4() };
        ensure(block.bits & !block.mask() == 0, "nothing may be set behind the prefix")?;
        Ok(block)
    }

    /// Whether another block is a part of this one, and not all of it.
    pub(super) fn is_more_than(self, other: Cidr) -> bool {
        self.is_v4 == other.is_v4 && self.prefix < other.prefix && other.bits & self.mask() == self.bits
    }

    fn mask(self) -> u128 {
        u128::MAX.checked_shl(128 - self.prefix).unwrap_or(0)
    }
}

/// A block.
pub(super) fn cidr(text: &str) -> Verdict {
    Cidr::read(text).map(drop)
}

fn is_mapped(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(address) if Ipv6Addr::to_ipv4_mapped(&address).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_strictly() {
        for text in ["10.9.8.7", "::1", "2001:db8::ffff"] {
            assert!(ip(text).is_ok(), "{text}");
        }
        for text in ["", "10.9.8", "010.9.8.7", "::ffff:10.9.8.7", "fe80::1%eth0"] {
            assert!(ip(text).is_err(), "{text}");
        }
    }

    #[test]
    fn blocks_hold_nothing_behind_their_prefix() {
        for text in ["0.0.0.0/0", "10.9.8.0/24", "10.9.8.7/32", "2001:db8::/64", "::/0"] {
            assert_eq!(cidr(text), Ok(()), "{text}");
        }
        for text in
            ["10.9.8.7", "10.9.8.7/24", "10.9.8.0/024", "10.0.0.0/33", "::ffff:10.0.0.0/104", "10.0.0.0/+8"]
        {
            assert!(cidr(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_part_of_a_block_is_smaller_and_inside() {
        let block = |text: &str| Cidr::read(text).expect(text);
        assert!(block("10.0.0.0/8").is_more_than(block("10.1.0.0/16")));
        for other in ["10.0.0.0/8", "11.0.0.0/16", "0.0.0.0/0", "::/64"] {
            assert!(!block("10.0.0.0/8").is_more_than(block(other)), "{other}");
        }
    }
}
