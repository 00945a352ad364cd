//! One declaration a block: the struct, its table, its decoder and its way to API JSON.
//!
//! The macro only lists fields; how a field of each type is read and written is in [`field`](super::field).

use serde_json::{Map, Value};

use super::decode::{Decoder, Source};
use super::spanned::{Spanned, Str};
use super::spec::BlockSpec;
use crate::diagnostic::Span;

/// A block that the [`block!`] macro has declared.
pub trait Block: Sized {
    /// Its table.
    const SPEC: &'static BlockSpec;

    /// The block as if nothing stood in it.
    fn empty(at: Span, whole: Span, label: Option<Spanned<Str>>) -> Self;

    /// Reads the field of this index in the table.
    fn read(&mut self, index: usize, source: Source<'_, '_>, decoder: &mut Decoder<'_>);

    /// Writes what was read under its API names.
    fn write(&self, out: &mut Map<String, Value>);

    /// The block as API JSON, as written.
    fn to_api(&self) -> Value {
        let mut out = Map::new();
        self.write(&mut out);
        Value::Object(out)
    }
}

/// A block with a label.
pub trait Labelled: Block {
    /// Its label.
    fn label(&self) -> &Spanned<Str>;
}

/// Declares a block: `Name = "hcl_name"`, its label if any, and `field: Type => "ApiName"` for each argument and
/// block in it, with the modifiers of [`FieldSpec`](super::spec::FieldSpec). The doc comments are the reference's text.
macro_rules! block {
    (
        $(#[doc = $doc:literal])+
        $name:ident = $hcl:literal
        $(, label $label:ident => $label_api:literal)?
        $(, write $write:path)?
        {
            $(
                $(#[doc = $field_doc:literal])+
                $field:ident $(as $field_hcl:literal)? : $type:ty => $api:literal
                $(, $modifier:ident $(($($argument:expr),*))?)*;
            )*
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            /// The block's header, for findings about the block as a whole.
            pub at: $crate::diagnostic::Span,
            /// All of the block.
            pub whole: $crate::diagnostic::Span,
            $(
                /// Its label.
                pub $label: $crate::jobspec::Spanned<$crate::jobspec::Str>,
            )?
            $(
                $(#[doc = $field_doc])+
                pub $field: $type,
            )*
        }

        $(
            impl $crate::jobspec::block::Labelled for $name {
                fn label(&self) -> &$crate::jobspec::Spanned<$crate::jobspec::Str> {
                    &self.$label
                }
            }
        )?

        impl $crate::jobspec::block::Block for $name {
            const SPEC: &'static $crate::jobspec::spec::BlockSpec = &$crate::jobspec::spec::BlockSpec {
                name: $hcl,
                doc: concat!($($doc),+),
                label: $crate::jobspec::block::block!(@label $($label, $label_api)?),
                fields: &[$(
                    $crate::jobspec::spec::FieldSpec::new(
                        $crate::jobspec::block::block!(@name $field $($field_hcl)?),
                        $api,
                        <$type as $crate::jobspec::field::Field>::KIND,
                        concat!($($field_doc),+),
                    )$(.$modifier($($($argument),*)?))*
                ),*],
            };

            fn empty(
                at: $crate::diagnostic::Span,
                whole: $crate::diagnostic::Span,
                _label: Option<$crate::jobspec::Spanned<$crate::jobspec::Str>>,
            ) -> Self {
                Self {
                    at,
                    whole,
                    $($label: _label.unwrap_or_else(|| $crate::jobspec::Spanned::new("".into(), at)),)?
                    $($field: Default::default(),)*
                }
            }

            fn read(
                &mut self,
                index: usize,
                source: $crate::jobspec::decode::Source<'_, '_>,
                decoder: &mut $crate::jobspec::decode::Decoder<'_>,
            ) {
                let _ = (index, &source, &decoder);
                let mut _next = 0..;
                $(
                    if _next.next() == Some(index) {
                        return $crate::jobspec::field::Field::read(&mut self.$field, source, decoder);
                    }
                )*
            }

            fn write(&self, out: &mut serde_json::Map<String, serde_json::Value>) {
                let _ = &out;
                $(if !$label_api.is_empty() {
                    out.insert($label_api.to_owned(), self.$label.value.as_ref().into());
                })?
                $(
                    if !$api.is_empty() {
                        $crate::jobspec::field::Field::write(&self.$field, $api, out);
                    }
                )*
                $($write(self, out);)?
            }
        }
    };
    (@label) => { None };
    (@label $label:ident, $api:literal) => {
        Some($crate::jobspec::spec::LabelSpec { name: stringify!($label), api: $api })
    };
    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident $hcl:literal) => { $hcl };
}

pub(crate) use block;
