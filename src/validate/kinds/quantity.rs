//! Quantities as `resource.ParseQuantity` reads them, of any resource; amounts of storage as people write them are
//! [`crate::spec::Quantity`].

use serde_json::Value;

/// A quantity in billionths, the smallest that Kubernetes tells apart; what is more than it can count is the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Quantity(i128);

impl Quantity {
    pub(super) const ZERO: Quantity = Quantity(0);
    pub(super) const ONE: Quantity = Quantity(BILLION);

    /// Reads a value that its schema lets pass; what it does not is none.
    pub(super) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => parse(text.trim()),
            Value::Number(number) => parse(&number.to_string()),
            _ => None,
        }
    }

    /// Whether it is a whole number; thousandths are the smallest part that is looked at, rounded up.
    pub(super) fn is_whole(self) -> bool {
        div_up(self.0, BILLION / 1000) % 1000 == 0
    }

    /// Whether it is a multiple of another one.
    pub(super) fn is_multiple_of(self, other: Quantity) -> bool {
        other.0 > 0 && other.is_whole() && div_up(self.0, BILLION) % (other.0 / BILLION).max(1) == 0
    }

    /// How many times another one fits.
    #[expect(clippy::cast_precision_loss, reason = "the server divides as floating point as well")]
    pub(super) fn over(self, other: Quantity) -> f64 {
        self.0 as f64 / other.0 as f64
    }

    /// It as a number.
    pub(super) fn as_number(self) -> f64 {
        self.over(Quantity::ONE)
    }
}

impl std::ops::Add for Quantity {
    type Output = Quantity;

    fn add(self, other: Quantity) -> Quantity {
        Quantity(self.0.saturating_add(other.0))
    }
}

const BILLION: i128 = 1_000_000_000;

const BINARY: [(&str, u32); 6] = [("Ki", 10), ("Mi", 20), ("Gi", 30), ("Ti", 40), ("Pi", 50), ("Ei", 60)];

const DECIMAL: [(&str, i32); 10] =
    [("n", -9), ("u", -6), ("m", -3), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18), ("", 0)];

fn parse(text: &str) -> Option<Quantity> {
    if text.is_empty() {
        return None;
    }
    let (negative, unsigned) = match text.as_bytes()[0] {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let end =
        unsigned.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(unsigned.len());
    let (number, suffix) = unsigned.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if fraction.contains('.') {
        return None;
    }
    let digits = format!("{whole}{fraction}");
    let digits = digits
        .bytes()
        .fold(0_i128, |sum, digit| sum.saturating_mul(10).saturating_add(i128::from(digit - b'0')));
    let places = i32::try_from(fraction.len()).ok()?;
    let amount = match BINARY.iter().find(|(unit, _)| *unit == suffix) {
        Some((_, bits)) => scaled(digits.saturating_mul(1 << bits), 9 - places),
        None => scaled(digits, exponent(suffix)?.saturating_add(9).saturating_sub(places)),
    };
    Some(Quantity(if negative { -amount } else { amount }))
}

fn exponent(suffix: &str) -> Option<i32> {
    if let Some((_, exponent)) = DECIMAL.iter().find(|(unit, _)| *unit == suffix) {
        return Some(*exponent);
    }
    suffix
        .strip_prefix(['e', 'E'])?
        .parse::<i64>()
        .ok()
        .map(|exponent| i32::try_from(exponent.clamp(-999, 999)).unwrap_or(0))
}

/// A number times a power of ten, rounded away from zero.
fn scaled(number: i128, power: i32) -> i128 {
    let factor = 10_i128.checked_pow(power.unsigned_abs());
    match factor {
        _ if number == 0 => 0,
        Some(factor) if power >= 0 => number.saturating_mul(factor),
        Some(factor) => div_up(number, factor),
        None if power >= 0 => i128::MAX,
        None => 1,
    }
}

fn div_up(number: i128, by: i128) -> i128 {
    number / by + i128::from(number % by > 0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn quantity(text: &str) -> Quantity {
        Quantity::of(&json!(text)).expect(text)
    }

    #[test]
    fn quantities_are_compared_by_size_whatever_their_unit() {
        for (left, right) in [
            ("1000m", "1"),
            ("1Gi", "1024Mi"),
            ("1e3", "1k"),
            (".5", "500m"),
            ("1E", "1e18"),
            ("1.5Gi", "1536Mi"),
        ] {
            assert_eq!(quantity(left), quantity(right), "{left} {right}");
        }
        assert!(quantity("-1") < Quantity::ZERO && quantity("1G") < quantity("1Gi"));
        assert_eq!(Quantity::of(&json!(0.5)), Some(quantity("500m")));
        assert!(quantity("1e99") > quantity("1Ei"));
    }

    #[test]
    fn what_has_no_digits_is_nothing() {
        assert_eq!(
            (quantity("Gi"), quantity("-"), quantity(".")),
            (Quantity::ZERO, Quantity::ZERO, Quantity::ZERO)
        );
        for text in ["", "1e", "1gi", "1.2.3", "ee3"] {
            assert_eq!(Quantity::of(&json!(text)), None, "{text}");
        }
    }

    #[test]
    fn parts_of_a_whole_are_found_to_a_thousandth() {
        assert!(quantity("3").is_whole() && quantity("2k").is_whole());
        assert!(!quantity("1500m").is_whole() && !quantity("1n").is_whole());
        assert!(
            quantity("4Mi").is_multiple_of(quantity("2Mi"))
                && !quantity("3Mi").is_multiple_of(quantity("2Mi"))
        );
    }
}
