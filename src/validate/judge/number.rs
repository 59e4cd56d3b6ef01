//! Numbers as the API server sees them: 64 bits whole, or a fraction of Go.

use serde_json::Number;

use super::node::{Kind, Node};

/// The largest whole number that a fraction holds for sure, and one more.
const SAFE: f64 = 9_007_199_254_740_992.0;

/// One more than the largest whole number of 64 bits.
const LIMIT: f64 = 9_223_372_036_854_775_808.0;

/// What is wrong with a number of which a schema asks bounds.
pub(super) fn wrong(number: &Number, node: &Node) -> Vec<String> {
    let mut wrong = Vec::new();
    if let Some(format) = out_of_format(number, node) {
        wrong.push(format!("it must fit into {format}"));
    }
    let bounds = &node.numbers;
    if let Some(factor) = bounds.factor.filter(|factor| !is_multiple(number, *factor)) {
        wrong.push(format!("it must be a multiple of {factor}"));
    }
    if let Some(least) = bounds.least
        && is_past(
            least,
            number,
            bounds.is_above,
            |bound, number| bound > number,
            |bound, number| bound > number,
        )
    {
        wrong.push(format!("it must be {} {least}", if bounds.is_above { "more than" } else { "at least" }));
    }
    if let Some(most) = bounds.most
        && is_past(
            most,
            number,
            bounds.is_below,
            |bound, number| bound < number,
            |bound, number| bound < number,
        )
    {
        wrong.push(format!("it must be {} {most}", if bounds.is_below { "less than" } else { "at most" }));
    }
    wrong
}

/// Whether a number passes for a whole one: a fraction does where it is one, and not too large to be sure.
pub(super) fn is_whole(number: &Number) -> bool {
    let Some(fraction) = fraction(number) else { return true };
    if !(-SAFE..SAFE).contains(&fraction) {
        return false;
    }
    let cut = fraction.trunc();
    let near = |other: f64| (fraction - other).abs() / (fraction.abs() + other.abs()) < 1e-9;
    #[expect(clippy::float_cmp, reason = "the API server compares so too")]
    let is_cut = fraction == cut;
    is_cut || cut != 0.0 && fraction > 0.0 && near(cut)
}

/// Whether a number is a word of an enum: cut to the word's kind.
pub(super) fn is_word(value: &Number, word: &Number) -> bool {
    match (word.as_i64(), value.as_i64()) {
        (Some(word), Some(value)) => word == value,
        #[expect(clippy::cast_possible_truncation, reason = "the API server cuts so too")]
        (Some(word), None) => word == as_f64(value) as i64,
        #[expect(clippy::float_cmp, reason = "the API server compares so too")]
        (None, _) => as_f64(word) == as_f64(value),
    }
}

/// The fraction that a number is read as; none where it is read as a whole number.
fn fraction(number: &Number) -> Option<f64> {
    if number.is_i64() { None } else { Some(as_f64(number)) }
}

fn as_f64(number: &Number) -> f64 {
    number.as_f64().unwrap_or(f64::NAN)
}

/// A number as it is read again where it was stored: a fraction that is whole is written as a whole number.
#[expect(clippy::cast_possible_truncation, reason = "what does not fit is seen before")]
pub(super) fn stored(number: &Number) -> Option<i64> {
    match fraction(number) {
        None => number.as_i64(),
        Some(fraction)
            if fraction.trunc().to_bits() == fraction.to_bits() && (-LIMIT..LIMIT).contains(&fraction) =>
        {
            Some(fraction as i64)
        }
        Some(_) => None,
    }
}

/// What a number does not fit into.
fn out_of_format(number: &Number, node: &Node) -> Option<&'static str> {
    let [kind] = node.types[..] else { return None };
    let name = node.format.as_ref().map_or("", |format| format.name);
    let whole = stored(number);
    match (kind, name) {
        (Kind::Integer, "int32") => {
            whole.is_none_or(|whole| i32::try_from(whole).is_err()).then_some("32 bits")
        }
        (Kind::Integer, _) => whole.is_none().then_some("64 bits"),
        (Kind::Number, "float") => (as_f64(number).abs() > f64::from(f32::MAX)).then_some("a float"),
        _ => None,
    }
}

fn is_multiple(number: &Number, factor: f64) -> bool {
    #[expect(clippy::cast_possible_truncation, reason = "the API server cuts so too")]
    let whole = factor as i64;
    match number.as_i64() {
        Some(number) => whole > 0 && number % whole == 0,
        None if factor <= 0.0 => false,
        None => {
            let number = as_f64(number);
            let times = if factor < 1.0 { 1.0 / factor * number } else { number / factor };
            Number::from_f64(times).is_some_and(|times| is_whole(&times))
        }
    }
}

/// Whether a number is on the wrong side of a bound; beside a whole number, the bound is cut to one.
fn is_past(
    bound: f64,
    number: &Number,
    is_exclusive: bool,
    whole: fn(i64, i64) -> bool,
    any: fn(f64, f64) -> bool,
) -> bool {
    if let Some(number) = number.as_i64() {
        #[expect(clippy::cast_possible_truncation, reason = "the API server cuts so too")]
        let bound = bound as i64;
        return whole(bound, number) || is_exclusive && bound == number;
    }
    let number = as_f64(number);
    #[expect(clippy::float_cmp, reason = "the API server compares so too")]
    let is_at = bound == number;
    any(bound, number) || is_exclusive && is_at
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn told(schema: &Value, number: &Value) -> Vec<String> {
        let Value::Number(number) = number else { panic!("{number} is no number") };
        wrong(number, &Node::read(schema).unwrap())
    }

    fn whole(number: &Value) -> bool {
        matches!(number, Value::Number(number) if is_whole(number))
    }

    #[test]
    fn a_fraction_that_is_whole_passes_for_a_whole_number_while_that_is_sure() {
        assert!(whole(&json!(1.0)) && whole(&json!(i64::MAX)));
        assert!(!whole(&json!(1.5)) && !whole(&json!(9_007_199_254_740_992.0)) && !whole(&json!(u64::MAX)));
    }

    #[test]
    fn a_fraction_that_is_whole_is_stored_as_a_whole_number() {
        let of = |number: f64| stored(&Number::from_f64(number).unwrap());
        assert_eq!(of(SAFE), Some(9_007_199_254_740_992));
        assert_eq!((of(1.5), of(1e19)), (None, None));
    }

    #[test]
    fn formats_bound_numbers_of_their_type_alone() {
        assert_eq!(
            told(&json!({"type": "integer", "format": "int32"}), &json!(2_147_483_648_i64)),
            ["it must fit into 32 bits"]
        );
        assert!(told(&json!({"type": "integer", "format": "int64"}), &json!(2_147_483_648_i64)).is_empty());
        assert!(told(&json!({"type": "number", "format": "int32"}), &json!(2_147_483_648_i64)).is_empty());
        assert_eq!(
            told(&json!({"type": "number", "format": "float"}), &json!(1e39)),
            ["it must fit into a float"]
        );
    }

    #[test]
    fn a_bound_is_cut_beside_a_whole_number() {
        assert!(told(&json!({"minimum": 1.5}), &json!(1)).is_empty());
        assert_eq!(told(&json!({"minimum": 1.5}), &json!(1.25)), ["it must be at least 1.5"]);
        assert_eq!(
            told(&json!({"maximum": 3, "exclusiveMaximum": true}), &json!(3)),
            ["it must be less than 3"]
        );
    }

    #[test]
    fn a_factor_is_cut_beside_a_whole_number_and_then_may_be_none() {
        assert_eq!(told(&json!({"multipleOf": 0.5}), &json!(1)), ["it must be a multiple of 0.5"]);
        assert!(told(&json!({"multipleOf": 0.5}), &json!(1.5)).is_empty());
    }
}
