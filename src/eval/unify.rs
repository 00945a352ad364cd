//! One type that values of several types can all have: what a conditional, a list or a map makes of its elements.
//!
//! Types only; the rules and their order are those of go-cty's `convert.Unify`.

use std::cmp::Ordering;
use std::rc::Rc;

use indexmap::IndexSet;

use super::convert::convertible;
use super::{ObjectType, Type};

/// Whether a conversion may fail for some values, or lose something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Safety {
    /// Only conversions that always succeed: number to string.
    Safe,
    /// Those that may fail as well: string to number.
    Unsafe,
}

/// Above this many different types of several kinds nothing is tried: each would be compared with each.
const MAX_MIXED: usize = 1000;

/// The type all of these convert to. `None` where there is none, and for no types at all.
pub(super) fn unify(types: &[Type], safety: Safety) -> Option<Type> {
    let distinct: IndexSet<&Type> = types.iter().collect();
    let types: Vec<&Type> = distinct.into_iter().collect();
    unify_distinct(&types, safety)
}

fn unify_distinct(types: &[&Type], safety: Safety) -> Option<Type> {
    if let [only] = types {
        return Some((*only).clone());
    }
    let count = |is: fn(&Type) -> bool| types.iter().filter(|ty| is(ty)).count();
    let any = count(|ty| matches!(ty, Type::Any));
    let maps = count(|ty| matches!(ty, Type::Map(_)));
    let lists = count(|ty| matches!(ty, Type::List(_)));
    let sets = count(|ty| matches!(ty, Type::Set(_)));
    let objects = count(|ty| matches!(ty, Type::Object(_)));
    let tuples = count(|ty| matches!(ty, Type::Tuple(_)));
    let all = |wanted: usize| wanted > any && wanted == types.len();
    let one_kind = all(maps + any) || all(lists + any) || all(sets + any) || all(objects + any) || all(tuples + any);
    if one_kind && any > 0 {
        return Some(Type::Any);
    }
    if maps > 0 && all(maps) {
        return element_types(types, safety).map(|element| Type::Map(Rc::new(element)));
    }
    if lists > 0 && all(lists) {
        return element_types(types, safety).map(|element| Type::List(Rc::new(element)));
    }
    if sets > 0 && all(sets) {
        return element_types(types, safety).map(|element| Type::Set(Rc::new(element)));
    }
    if objects > 0 && all(objects) {
        return unify_objects(types, safety);
    }
    if tuples > 0 && all(tuples) {
        return unify_tuples(types, safety);
    }
    if maps > 0
        && all(maps + objects + any)
        && let Some(map) = unify_as(types, safety, |ty| matches!(ty, Type::Object(_)), objects_to_map)
    {
        return Some(map);
    }
    if lists > 0
        && all(lists + tuples + any)
        && let Some(list) = unify_as(types, safety, |ty| matches!(ty, Type::Tuple(_)), tuples_to_list)
    {
        return Some(list);
    }
    if maps + lists + sets == 0 && objects > 0 && tuples > 0 || types.len() > MAX_MIXED {
        return None;
    }
    preferred(types, safety)
}

fn element_types(types: &[&Type], safety: Safety) -> Option<Type> {
    let elements: IndexSet<&Type> = types
        .iter()
        .filter_map(|ty| match ty {
            Type::List(element) | Type::Set(element) | Type::Map(element) => Some(&**element),
            _ => None,
        })
        .collect();
    unify_distinct(&elements.into_iter().collect::<Vec<_>>(), safety)
}

/// Replaces the types of one kind by the collection they make together, and unifies that with the rest.
fn unify_as(
    types: &[&Type],
    safety: Safety,
    is_kind: fn(&Type) -> bool,
    collect: fn(&[&Type], Safety) -> Option<Type>,
) -> Option<Type> {
    let of_kind: Vec<&Type> = types.iter().copied().filter(|ty| is_kind(ty)).collect();
    let collection = collect(&of_kind, safety)?;
    let replaced: IndexSet<&Type> = types.iter().map(|ty| if is_kind(ty) { &collection } else { *ty }).collect();
    let unified = unify_distinct(&replaced.into_iter().collect::<Vec<_>>(), safety)?;
    matches!((&unified, &collection), (Type::Map(_), Type::Map(_)) | (Type::List(_), Type::List(_))).then_some(unified)
}

/// An object type where all have the same names, else a map.
fn unify_objects(types: &[&Type], safety: Safety) -> Option<Type> {
    let objects: Vec<&ObjectType> = types
        .iter()
        .filter_map(|ty| match ty {
            Type::Object(object) => Some(&**object),
            _ => None,
        })
        .collect();
    let (first, rest) = objects.split_first()?;
    let names = |object: &ObjectType| object.attributes.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    let first_names = names(first);
    if rest.iter().any(|object| names(object) != first_names) {
        return objects_to_map(types, safety);
    }
    let mut attributes = Vec::with_capacity(first_names.len());
    for (at, name) in first_names.into_iter().enumerate() {
        let across: IndexSet<&Type> = objects.iter().map(|object| &object.attributes[at].1).collect();
        attributes.push((name, unify_distinct(&across.into_iter().collect::<Vec<_>>(), safety)?));
    }
    let unified = Type::Object(Rc::new(ObjectType { attributes, ..ObjectType::default() }));
    if types.iter().all(|ty| **ty == unified || convertible(ty, &unified, safety)) {
        return Some(unified);
    }
    objects_to_map(types, safety)
}

fn objects_to_map(types: &[&Type], safety: Safety) -> Option<Type> {
    let mut all = IndexSet::new();
    for ty in types {
        if let Type::Object(object) = ty {
            all.extend(object.attributes.iter().map(|(_, ty)| ty));
        }
    }
    let map = Type::Map(Rc::new(unify_distinct(&all.into_iter().collect::<Vec<_>>(), safety)?));
    types.iter().all(|ty| convertible(ty, &map, safety)).then_some(map)
}

/// A tuple type where all have the same length, else a list.
fn unify_tuples(types: &[&Type], safety: Safety) -> Option<Type> {
    let tuples: Vec<&Vec<Type>> = types
        .iter()
        .filter_map(|ty| match ty {
            Type::Tuple(elements) => Some(&**elements),
            _ => None,
        })
        .collect();
    let length = tuples.first()?.len();
    if tuples.iter().any(|elements| elements.len() != length) {
        return tuples_to_list(types, safety);
    }
    let mut elements = Vec::with_capacity(length);
    for at in 0..length {
        let across: IndexSet<&Type> = tuples.iter().map(|elements| &elements[at]).collect();
        elements.push(unify_distinct(&across.into_iter().collect::<Vec<_>>(), safety)?);
    }
    let unified = Type::Tuple(Rc::new(elements));
    if types.iter().all(|ty| **ty == unified || convertible(ty, &unified, safety)) {
        return Some(unified);
    }
    tuples_to_list(types, safety)
}

fn tuples_to_list(types: &[&Type], safety: Safety) -> Option<Type> {
    let mut all = IndexSet::new();
    for ty in types {
        if let Type::Tuple(elements) = ty {
            all.extend(elements.iter());
        }
    }
    let list = Type::List(Rc::new(unify_distinct(&all.into_iter().collect::<Vec<_>>(), safety)?));
    types.iter().all(|ty| convertible(ty, &list, safety)).then_some(list)
}

/// The first of the types, the most general first, that all others convert to.
fn preferred(types: &[&Type], safety: Safety) -> Option<Type> {
    by_preference(types)
        .into_iter()
        .find(|wanted| types.iter().all(|ty| ty == wanted || convertible(ty, wanted, safety)))
        .cloned()
}

/// Every type after those preferred to it, else in the order given.
fn by_preference<'t>(types: &[&'t Type]) -> Vec<&'t Type> {
    let mut after = vec![Vec::new(); types.len()];
    let mut waiting_for = vec![0_usize; types.len()];
    for left in 0..types.len() {
        for right in left + 1..types.len() {
            let (before, behind) = match preference(types[left], types[right]) {
                Ordering::Less => (left, right),
                Ordering::Greater => (right, left),
                Ordering::Equal => continue,
            };
            after[before].push(behind);
            waiting_for[behind] += 1;
        }
    }
    let mut order: Vec<usize> = (0..types.len()).filter(|at| waiting_for[*at] == 0).collect();
    let mut next = 0;
    while next < order.len() {
        for behind in std::mem::take(&mut after[order[next]]) {
            waiting_for[behind] -= 1;
            if waiting_for[behind] == 0 {
                order.push(behind);
            }
        }
        next += 1;
    }
    order.into_iter().map(|at| types[at]).collect()
}

/// `Less`: the left is preferred. String over other primitives; list over tuple, both over set; map over object; anything
/// over a type not known.
fn preference(left: &Type, right: &Type) -> Ordering {
    use Type::{Any, List, Map, Object, Set, String, Tuple};
    match (left, right) {
        (Any, Any) | (String, String) => Ordering::Equal,
        (_, Any)
        | (String, Type::Bool | Type::Number)
        | (Tuple(_) | List(_), Set(_))
        | (List(_), Tuple(_))
        | (Map(_), Object(_)) => Ordering::Less,
        (Any, _)
        | (Type::Bool | Type::Number, String)
        | (Set(_), Tuple(_) | List(_))
        | (Tuple(_), List(_))
        | (Object(_), Map(_)) => Ordering::Greater,
        (List(left), List(right)) | (Set(left), Set(right)) | (Map(left), Map(right)) => preference(left, right),
        (Object(left), Object(right)) => {
            let same_names = left.attributes.len() == right.attributes.len()
                && left.attributes.iter().zip(&right.attributes).all(|((left, _), (right, _))| left == right);
            if !same_names {
                return Ordering::Equal;
            }
            of_all(left.attributes.iter().zip(&right.attributes).map(|((_, left), (_, right))| preference(left, right)))
        }
        (Tuple(left), Tuple(right)) if left.len() == right.len() => {
            of_all(left.iter().zip(&**right).map(|(left, right)| preference(left, right)))
        }
        _ => Ordering::Equal,
    }
}

/// The order all of them agree on, as far as they have one.
fn of_all(parts: impl Iterator<Item = Ordering>) -> Ordering {
    let (mut left, mut right) = (false, false);
    for part in parts {
        left |= part == Ordering::Less;
        right |= part == Ordering::Greater;
    }
    right.cmp(&left)
}
