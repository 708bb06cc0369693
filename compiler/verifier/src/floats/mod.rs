//! The numbers' laws on the SPIR-V alone: what a float is made of is hidden from a driver's folding, subnormals go
//! through the door before anything else, and the bits of a NaN, which differ between devices, never reach memory, a
//! branch or an integer.
//!
//! One pass over the values, whose operands come before them, and one over the steps.

mod grid;
mod known;
mod sinks;
mod word;

use known::Known;

use crate::{
    profile::{Form, Reading},
    refusal::{Refusal, Rule},
    rules,
    tree::{Definition, FloatOperator, Kernel, Operation, Type, Value},
};

/// Checks a kernel for the devices of a form.
pub(crate) fn check(kernel: &Kernel, form: Form) -> Reading<()> {
    let mut known = Known::new(kernel);
    for definition in &kernel.values {
        operands(kernel, &known, definition, form)?;
        known.learn(definition);
    }
    sinks::check(kernel, &known)
}

fn refuse(rule: Rule, definition: &Definition, what: impl Into<String>) -> Reading<()> {
    Err(Refusal::at(rule, definition.site, what))
}

/// Checks what a value is made of.
fn operands(kernel: &Kernel, known: &Known<'_>, definition: &Definition, form: Form) -> Reading<()> {
    match definition.operation {
        Operation::FloatFromBits(word) => from_bits(known, definition, word, form),
        Operation::FloatFromSigned(word) => {
            if !known.is_hidden_number(word) {
                return refuse(rules::HIDDEN, definition, HIDE);
            }
            known.clean(word, definition.site)
        }
        Operation::Float(FloatOperator::Multiply, a, b) => product(known, definition, a, b, form),
        Operation::Float(operator, a, b) => {
            if form == Form::Guarded && !known.is_sure(operator, a, b) {
                return refuse(rules::GUARD, definition, GUARD);
            }
            known.canonical_float(a, definition.site)?;
            known.canonical_float(b, definition.site)
        }
        Operation::CompareFloats(_, a, b) => {
            known.canonical_float(a, definition.site)?;
            known.canonical_float(b, definition.site)
        }
        Operation::BitsFromFloat(a) => known.canonical_float(a, definition.site),
        Operation::Call(_, a, b) => {
            for argument in [a, b] {
                match kernel.values.get(argument.0 as usize).map(|one| one.ty) {
                    Some(Type::Float) => known.canonical_float(argument, definition.site)?,
                    _ => known.float_bits(argument, definition.site)?,
                }
            }
            Ok(())
        }
        Operation::Select(condition, a, b) => {
            known.clean(condition, definition.site)?;
            if definition.ty == Type::Float {
                known.canonical_float(a, definition.site)?;
                known.canonical_float(b, definition.site)?;
            }
            Ok(())
        }
        Operation::Load(place) => sinks::index(known, place, definition.site),
        _ => Ok(()),
    }
}

const HIDE: &str = "a word becomes a float only as it was loaded from a storage buffer or the push constants, or as its \
                    sum with word 0 of the push constants: a driver draws conclusions from what it knows of a word";
const GUARD: &str = "this may fall below the normal numbers, as far as is known, so in the form for devices that do not flush after \
                     rounding it stands in the functions `sum`, `difference` and `product`";

/// A bitcast to a float.
fn from_bits(known: &Known<'_>, definition: &Definition, word: Value, form: Form) -> Reading<()> {
    if !known.is_hidden(word) {
        return refuse(rules::HIDDEN, definition, HIDE);
    }
    known.float_bits(word, definition.site)?;
    if form == Form::Guarded && !known.is_canonical(word) {
        let what = "these bits may be those of a subnormal: here they become a float by the function `door`";
        return refuse(rules::DOOR, definition, what);
    }
    Ok(())
}

/// A product. With a hidden 1 it is the door of devices that flush.
fn product(known: &Known<'_>, definition: &Definition, a: Value, b: Value, form: Form) -> Reading<()> {
    let unit = known.is_unit(a) || known.is_unit(b);
    if form == Form::Guarded && !unit && !known.is_sure(FloatOperator::Multiply, a, b) {
        return refuse(rules::GUARD, definition, GUARD);
    }
    if known.is_one(a) || known.is_one(b) {
        return Ok(());
    }
    known.canonical_float(a, definition.site)?;
    known.canonical_float(b, definition.site)
}
