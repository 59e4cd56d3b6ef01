//! An expression of CEL, read with the syntax of optional values that the API server allows (`self.?field`).

use kube_cel::cel::common::ast::operators::{INDEX, OPT_INDEX, OPT_SELECT};
use kube_cel::cel::common::ast::{CallExpr, EntryExpr, Expr, LiteralValue};
use kube_cel::cel::objects::ResolveResult;
use kube_cel::cel::parser::{Expression, Parser};
use kube_cel::cel::{Context, Value};

/// An expression that could be read.
#[derive(Debug)]
pub(super) struct Program {
    expression: Expression,
}

impl Program {
    /// Reads an expression. Errors: the first line of the parser's words; the others draw the rule again.
    pub(super) fn compile(text: &str) -> Result<Self, String> {
        let parsed = Parser::default().enable_optional_syntax(true).parse(text);
        let reason = |words: &str| {
            words.lines().next().unwrap_or_default().trim_start_matches("ERROR: <input>:").to_owned()
        };
        let mut expression = parsed.map_err(|errors| reason(&errors.to_string()))?;
        select_by_index(&mut expression);
        Ok(Program { expression })
    }

    pub(super) fn execute(&self, scope: &Context<'_>) -> ResolveResult {
        Value::resolve(&self.expression, scope)
    }

    pub(super) fn uses(&self, variable: &str) -> bool {
        self.expression.references().has_variable(variable)
    }
}

/// Writes each selection of a field (`a.b`, `a.?b`) as one by key (`a["b"]`, `a[?"b"]`): of the two only the latter knows
/// optional values, and tells of a value that has no fields.
fn select_by_index(expression: &mut Expression) {
    match &mut expression.expr {
        Expr::Select(select) => {
            select_by_index(&mut select.operand);
            if !select.test {
                let field = LiteralValue::String(select.field.as_str().into());
                let field = Expression { id: expression.id, expr: Expr::Literal(field) };
                let args = vec![std::mem::take(&mut *select.operand), field];
                expression.expr = Expr::Call(CallExpr { func_name: INDEX.to_owned(), target: None, args });
            }
        }
        Expr::Call(call) => {
            if call.func_name == OPT_SELECT {
                OPT_INDEX.clone_into(&mut call.func_name);
            }
            call.target.iter_mut().for_each(|target| select_by_index(target));
            call.args.iter_mut().for_each(select_by_index);
        }
        Expr::Comprehension(all) => {
            for part in [
                &mut all.iter_range,
                &mut all.accu_init,
                &mut all.loop_cond,
                &mut all.loop_step,
                &mut all.result,
            ] {
                select_by_index(part);
            }
        }
        Expr::List(list) => list.elements.iter_mut().for_each(select_by_index),
        Expr::Map(map) => {
            for entry in &mut map.entries {
                if let EntryExpr::MapEntry(entry) = &mut entry.expr {
                    select_by_index(&mut entry.key);
                    select_by_index(&mut entry.value);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::functions::FUNCTIONS;
    use super::*;

    fn holds(rule: &str) -> Option<bool> {
        let value = Program::compile(rule).unwrap().execute(&FUNCTIONS.new_inner_scope());
        value.ok().map(|value| value == Value::Bool(true))
    }

    #[test]
    fn a_field_of_an_optional_is_an_optional() {
        assert_eq!(holds("optional.of({'a': {'b': 1}}).a.b.value() == 1"), Some(true));
        assert_eq!(holds("optional.none().a.b.hasValue()"), Some(false));
    }

    #[test]
    fn a_field_that_may_be_missing_is_an_optional() {
        assert_eq!(holds("{'a': 1}.?a.orValue(2) == 1"), Some(true));
        assert_eq!(holds("{'a': 1}.?b.orValue(2) == 2"), Some(true));
        assert_eq!(holds("{'a': {'b': 1}}.?a.?b.hasValue()"), Some(true));
    }

    #[test]
    fn a_field_of_what_has_none_is_a_failure() {
        assert_eq!(holds("[1][0].a == 1"), None);
        assert_eq!(holds("{'a': 1}.b == 1"), None);
    }
}
