//! A context whose containers note what is read from them. Leaves stay ordinary values, so that every comparison gives
//! what it gives in the plain run.

use std::sync::Arc;

use minijinja::Value;
use minijinja::value::{DynObject, Enumerator, Object, ObjectRepr};

use super::record::Shared;
use crate::yaml::pointer::push_step;

/// A container of the context.
#[derive(Debug)]
pub(super) struct Tracked {
    path: Arc<str>,
    inner: DynObject,
    record: Shared,
}

impl Tracked {
    /// A context, tracked; one that is no container is left as it is.
    pub(super) fn context(context: Value, record: &Shared) -> Value {
        wrap("".into(), &context, record).unwrap_or(context)
    }

    /// The path of a value, if it is a tracked container.
    pub(super) fn path_of(value: &Value) -> Option<Arc<str>> {
        value.downcast_object_ref::<Tracked>().map(|tracked| Arc::clone(&tracked.path))
    }

    fn look(&self) {
        self.record.with(|record| record.look(&self.path));
    }
}

impl Object for Tracked {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        self.inner.repr()
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let found = self.inner.get_value(key);
        // At the top, a name that is not there may be one of our own functions.
        if found.is_none() && self.path.is_empty() {
            return None;
        }
        let path: Arc<str> = child(&self.path, key).into();
        let wrapped = found.as_ref().and_then(|value| wrap(Arc::clone(&path), value, &self.record));
        self.record.with(|record| record.pass(&path, wrapped.is_none()));
        wrapped.or(found)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        self.look();
        match self.inner.repr() {
            ObjectRepr::Map => {
                Enumerator::Values(self.inner.try_iter().map(Iterator::collect).unwrap_or_default())
            }
            _ => Enumerator::Seq(self.inner.enumerator_len().unwrap_or(0)),
        }
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        self.look();
        self.inner.enumerator_len()
    }
}

fn child(path: &str, key: &Value) -> String {
    let mut path = path.to_owned();
    match key.as_str() {
        Some(key) => push_step(&mut path, key),
        None => push_step(&mut path, &key.to_string()),
    }
    path
}

/// The tracked form of a container, none for a leaf.
fn wrap(path: Arc<str>, value: &Value, record: &Shared) -> Option<Value> {
    let inner =
        value.as_object().filter(|object| matches!(object.repr(), ObjectRepr::Map | ObjectRepr::Seq))?;
    Some(Value::from_object(Tracked { path, inner: inner.clone(), record: record.clone() }))
}
