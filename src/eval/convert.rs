//! Values of one type as values of another, as go-cty's `convert` does it.
//!
//! Decides what can become what; who asks decides when.

use std::rc::Rc;

use super::convert_error::{Step, missing, not_alike};
use super::equality::set_of;
use super::unify::{Safety, unify};
use super::{ConvertError, Entries, Number, ObjectType, Type, Value};

/// The value as a value of a type.
///
/// # Errors
/// With the innermost element that has no such form.
pub fn convert(value: &Value, wanted: &Type) -> Result<Value, ConvertError> {
    match (value, wanted) {
        (_, Type::Any)
        | (Value::Bool(_), Type::Bool)
        | (Value::Number(_), Type::Number)
        | (Value::String(_), Type::String) => Ok(value.clone()),
        (Value::Bool(_) | Value::Number(_) | Value::String(_), _) if wanted.is_primitive() => primitive(value, wanted),
        _ => {
            let ty = value.type_of();
            if ty == wanted.without_optional() {
                return Ok(value.clone());
            }
            if !convertible(&ty, wanted, Safety::Unsafe) {
                return Err(ConvertError::mismatch(value, wanted));
            }
            converted(value, wanted, Safety::Unsafe)
        }
    }
}

/// The value as text, where it is a primitive.
pub(super) fn to_text(value: &Value) -> Option<Rc<str>> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string().into()),
        Value::Bool(value) => Some(if *value { "true" } else { "false" }.into()),
        _ => None,
    }
}

/// Whether values of one type may become values of another.
pub(super) fn convertible(from: &Type, to: &Type, safety: Safety) -> bool {
    let both = |from: &Type, to: &Type| convertible(from, to, safety);
    let is_unsafe = safety == Safety::Unsafe;
    if from == to {
        return true;
    }
    match (from, to) {
        (_, Type::Any) | (Type::Bool | Type::Number, Type::String) => true,
        (Type::Any, _) | (Type::String, Type::Bool | Type::Number) => is_unsafe,
        (Type::Object(from), Type::Object(to)) => to.attributes.iter().all(|(name, wanted)| match from.get(name) {
            Some(given) => both(given, wanted),
            None => to.optional.contains(name),
        }),
        (Type::Tuple(from), Type::Tuple(to)) => {
            from.len() == to.len() && from.iter().zip(&**to).all(|(from, to)| both(from, to))
        }
        (Type::List(_), Type::Set(_)) if !is_unsafe => false,
        (Type::List(from) | Type::Set(from), Type::List(to) | Type::Set(to)) | (Type::Map(from), Type::Map(to)) => {
            both(from, to)
        }
        (Type::Tuple(from), Type::List(to) | Type::Set(to)) => {
            from.is_empty()
                || element_type(from.iter(), to, safety).is_some_and(|element| {
                    from.iter().all(|from| both(from, &element))
                        && (element != Type::Any || from.iter().all(|from| *from == Type::Any))
                })
        }
        (Type::Object(from), Type::Map(to)) => {
            let given = || from.attributes.iter().map(|(_, ty)| ty);
            from.attributes.is_empty()
                || element_type(given(), to, safety).is_some_and(|element| given().all(|from| both(from, &element)))
        }
        (Type::Map(from), Type::Object(to)) => {
            is_unsafe && to.attributes.iter().all(|(name, to_type)| both(from, to_type) || to.optional.contains(name))
        }
        _ => false,
    }
}

/// The type elements are converted to: the wanted one, or what they have in common where any will do.
fn element_type<'t>(given: impl Iterator<Item = &'t Type>, wanted: &Type, safety: Safety) -> Option<Type> {
    match wanted {
        Type::Any => unify(&given.cloned().collect::<Vec<_>>(), safety),
        _ => Some(wanted.clone()),
    }
}

/// Converts where [`convertible`] said yes.
fn converted(value: &Value, wanted: &Type, safety: Safety) -> Result<Value, ConvertError> {
    match (value, wanted) {
        (_, Type::Any) => Ok(value.clone()),
        (Value::Null(given), _) => Ok(Value::Null(filled(given, &wanted.without_optional()))),
        (Value::Object(entries), Type::Object(object)) => to_object(entries, object, safety),
        (Value::Map(mapping), Type::Object(object)) => to_object(&mapping.entries, object, safety),
        (Value::Tuple(items), Type::Tuple(types)) => {
            let items = items.iter().zip(&**types).enumerate().map(|(at, (item, ty))| element(item, ty, safety, at));
            Ok(Value::tuple(items.collect::<Result<_, _>>()?))
        }
        (Value::List(sequence) | Value::Set(sequence), Type::List(element) | Type::Set(element)) => {
            let items = elements(&sequence.items, element, safety)?;
            let empty = if **element == Type::Any { &sequence.element } else { &**element };
            collection(items, empty, wanted)
        }
        (Value::Tuple(items), Type::List(wanted_element) | Type::Set(wanted_element)) => {
            let types: Vec<Type> = items.iter().map(Value::type_of).collect();
            let element = element_type(types.iter(), wanted_element, safety).unwrap_or(Type::Any);
            let mut items = elements(items, &element, safety)?;
            if matches!(wanted, Type::List(_)) {
                items = alike(items, safety)?;
            }
            collection(items, &element, wanted)
        }
        (Value::Map(_) | Value::Object(_), Type::Map(wanted_element)) => to_map(value, wanted_element, safety),
        _ if wanted.is_primitive() => primitive(value, wanted),
        _ => Err(ConvertError::mismatch(value, wanted)),
    }
}

fn element(item: &Value, ty: &Type, safety: Safety, at: usize) -> Result<Value, ConvertError> {
    same_or_converted(item, ty, safety).map_err(|error| error.within(Step::Index(at)))
}

fn elements(items: &[Value], ty: &Type, safety: Safety) -> Result<Vec<Value>, ConvertError> {
    items.iter().enumerate().map(|(at, item)| element(item, ty, safety, at)).collect()
}

fn same_or_converted(value: &Value, wanted: &Type, safety: Safety) -> Result<Value, ConvertError> {
    if wanted.is_primitive() && value.type_of() == *wanted {
        Ok(value.clone())
    } else {
        converted(value, wanted, safety)
    }
}

fn to_object(given: &Entries, wanted: &ObjectType, safety: Safety) -> Result<Value, ConvertError> {
    let mut entries = Vec::with_capacity(wanted.attributes.len());
    for (name, ty) in &wanted.attributes {
        let value = match given.get(name) {
            Some(value) if !convertible(&value.type_of(), ty, safety) => {
                return Err(ConvertError::mismatch(value, ty).within(Step::Key(name.clone())));
            }
            Some(value) => {
                same_or_converted(value, ty, safety).map_err(|error| error.within(Step::Key(name.clone())))?
            }
            None if wanted.optional.contains(name) => Value::Null(ty.without_optional()),
            None => return Err(missing(name)),
        };
        entries.push((name.clone(), value));
    }
    Ok(Value::Object(entries.into_iter().collect()))
}

fn to_map(value: &Value, wanted: &Type, safety: Safety) -> Result<Value, ConvertError> {
    let (entries, given, again) = match value {
        Value::Map(mapping) => (&mapping.entries, Some(&mapping.element), Safety::Safe),
        Value::Object(entries) => (entries, None, safety),
        _ => return Err(ConvertError::mismatch(value, &Type::Map(Rc::new(wanted.clone())))),
    };
    let element = match given {
        Some(_) => wanted.clone(),
        None if entries.is_empty() => wanted.clone(),
        None => {
            let types: Vec<Type> = entries.values().map(Value::type_of).collect();
            element_type(types.iter(), wanted, safety).unwrap_or(Type::Any)
        }
    };
    let mut names = Vec::with_capacity(entries.len());
    let mut values = Vec::with_capacity(entries.len());
    for (name, value) in entries.iter() {
        values.push(same_or_converted(value, &element, safety).map_err(|error| error.within(Step::Key(name.clone())))?);
        names.push(name.clone());
    }
    if values.is_empty() {
        let element =
            if element == Type::Any { given.cloned().unwrap_or(Type::Any) } else { element.without_optional() };
        return Ok(Value::map(element, Entries::default()));
    }
    if !element.is_primitive() && element != Type::Any && !matches!(element, Type::Tuple(_)) {
        values = alike(values, again)?;
    }
    let ty = common_type(&values).ok_or_else(not_alike)?;
    let values = values.into_iter().map(|value| typed_null(value, &ty));
    Ok(Value::map(ty.clone(), names.into_iter().zip(values).collect()))
}

/// Converts all to the type they have in common.
fn alike(items: Vec<Value>, safety: Safety) -> Result<Vec<Value>, ConvertError> {
    if items.is_empty() {
        return Ok(items);
    }
    let types: Vec<Type> = items.iter().map(Value::type_of).collect();
    let Some(unified) = unify(&types, safety) else { return Err(not_alike()) };
    let items = items.into_iter().zip(types).enumerate();
    items.map(|(at, (item, ty))| if ty == unified { Ok(item) } else { element(&item, &unified, safety, at) }).collect()
}

/// A list or set of elements already converted.
fn collection(items: Vec<Value>, empty: &Type, wanted: &Type) -> Result<Value, ConvertError> {
    let element =
        if items.is_empty() { empty.without_optional() } else { common_type(&items).ok_or_else(not_alike)? };
    let items = items.into_iter().map(|item| typed_null(item, &element)).collect();
    Ok(match wanted {
        Type::Set(_) => set_of(element, items),
        _ => Value::list(element, items),
    })
}

/// The type of all of them, where it is the same; a null of no known type goes with any.
pub(super) fn common_type(items: &[Value]) -> Option<Type> {
    let mut common = Type::Any;
    for item in items {
        let ty = item.type_of();
        if common == Type::Any {
            common = ty;
        } else if ty != Type::Any && ty != common {
            return None;
        }
    }
    Some(common)
}

/// A null that is an element of a collection has the type of the elements.
pub(super) fn typed_null(value: Value, ty: &Type) -> Value {
    match value {
        Value::Null(Type::Any) => Value::Null(ty.clone()),
        other => other,
    }
}

fn primitive(value: &Value, wanted: &Type) -> Result<Value, ConvertError> {
    let Value::String(text) = value else {
        return match (to_text(value), wanted) {
            (Some(text), Type::String) => Ok(Value::String(text)),
            _ => Err(ConvertError::mismatch(value, wanted)),
        };
    };
    match (wanted, &**text) {
        (Type::Bool, "true" | "1") => Ok(Value::Bool(true)),
        (Type::Bool, "false" | "0") => Ok(Value::Bool(false)),
        (Type::Bool, _) => Err(ConvertError::new(format!("expected true or false, found {}", quoted(text)))),
        (Type::Number, _) => match Number::parse(text) {
            Some(number) => Ok(Value::Number(number)),
            None => Err(ConvertError::new(format!("expected a number, found {}", quoted(text)))),
        },
        _ => Ok(value.clone()),
    }
}

/// The wanted type of a null, with what it leaves open taken from the type the null had.
fn filled(given: &Type, wanted: &Type) -> Type {
    use Type::{Any, List, Map, Object, Set, Tuple};
    let unified = |types: Vec<Type>| unify(&types, Safety::Unsafe).unwrap_or(Any);
    match (given, wanted) {
        (Any, _) => wanted.clone(),
        (_, Any) => given.clone(),
        (Map(given), Map(wanted)) => Map(Rc::new(filled(given, wanted))),
        (Object(given), Map(wanted)) => {
            let given = unified(given.attributes.iter().map(|(_, ty)| ty.clone()).collect());
            Map(Rc::new(filled(&given, wanted)))
        }
        (List(given) | Set(given), List(wanted)) => List(Rc::new(filled(given, wanted))),
        (List(given) | Set(given), Set(wanted)) => Set(Rc::new(filled(given, wanted))),
        (Tuple(given), List(wanted)) => List(Rc::new(filled(&unified(given.to_vec()), wanted))),
        (Tuple(given), Set(wanted)) => Set(Rc::new(filled(&unified(given.to_vec()), wanted))),
        (Tuple(given), Tuple(wanted)) => {
            Tuple(Rc::new(given.iter().zip(&**wanted).map(|(given, wanted)| filled(given, wanted)).collect()))
        }
        (Map(_) | Object(_), Object(object)) => {
            let of = |name: &str| match given {
                Map(element) => Some(&**element),
                Object(object) => object.get(name),
                _ => None,
            };
            let attributes = object
                .attributes
                .iter()
                .map(|(name, ty)| (name.clone(), of(name).map_or_else(|| ty.clone(), |given| filled(given, ty))))
                .collect();
            Object(Rc::new(ObjectType { attributes, ..ObjectType::default() }))
        }
        _ => wanted.clone(),
    }
}

/// A text in quotes, cut where it is long.
fn quoted(text: &str) -> String {
    const SHOWN: usize = 40;
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("the string {:?} …", &text[..at]),
        None => format!("the string {text:?}"),
    }
}
