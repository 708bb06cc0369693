//! The representation as text, for people: `lockstep build --emit ir`.

use std::fmt::{self, Display, Formatter};

use super::{Instruction, Kernel, Memory, Operation, Table, Type, Value, Variable};

impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "%{}", self.0)
    }
}

impl Display for Variable {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "v{}", self.0)
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "t{}", self.0)
    }
}

impl Display for Memory {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Memory::Array(array) => write!(f, "a{array}"),
            Memory::Shared(shared) => write!(f, "s{shared}"),
            Memory::Table(table) => write!(f, "{table}"),
        }
    }
}

impl Display for Type {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Type::Word => "word",
            Type::Float => "float",
            Type::Truth => "truth",
        })
    }
}

impl Display for Operation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Operation::Word(word) => write!(f, "word {word:#x}"),
            Operation::Truth(truth) => write!(f, "{truth}"),
            Operation::PushConstant(word) => write!(f, "push constant {word}"),
            Operation::Group => f.write_str("group"),
            Operation::LaneInGroup => f.write_str("lane in group"),
            Operation::Arithmetic(operator, a, b) => write!(f, "{operator:?} {a}, {b}"),
            Operation::HighestBit(a) => write!(f, "HighestBit {a}"),
            Operation::Complement(a) => write!(f, "Complement {a}"),
            Operation::Compare(comparison, a, b) => write!(f, "{comparison:?} {a}, {b}"),
            Operation::Float(operator, a, b) => write!(f, "float {operator:?} {a}, {b}"),
            Operation::Call(function, a, b) if function.parameters().len() == 2 => write!(f, "{function:?} {a}, {b}"),
            Operation::Call(function, a, _) => write!(f, "{function:?} {a}"),
            Operation::Argument(parameter, _) => write!(f, "argument {parameter}"),
            Operation::SquareRootSeed(a) => write!(f, "float SquareRootSeed {a}"),
            Operation::CompareFloats(comparison, a, b) => write!(f, "float {comparison:?} {a}, {b}"),
            Operation::Logic(operator, a, b) => write!(f, "truth {operator:?} {a}, {b}"),
            Operation::Not(a) => write!(f, "Not {a}"),
            Operation::Select(condition, yes, no) => write!(f, "Select {condition}, {yes}, {no}"),
            Operation::FloatFromBits(a) => write!(f, "FloatFromBits {a}"),
            Operation::BitsFromFloat(a) => write!(f, "BitsFromFloat {a}"),
            Operation::FloatFromSigned(a) => write!(f, "FloatFromSigned {a}"),
            Operation::SignedFromFloat(a) => write!(f, "SignedFromFloat {a}"),
            Operation::Load(variable) => write!(f, "{variable}"),
            Operation::LoadCell(memory, index) => write!(f, "{memory}[{index}]"),
        }
    }
}

impl Display for Kernel {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "kernel {}, {} lanes", self.name, self.lanes)?;
        for (i, array) in self.arrays.iter().enumerate() {
            let written = if array.written { ", written" } else { "" };
            let exchanged = if array.exchanged { ", exchanged" } else { "" };
            writeln!(f, "  a{i}: array{written}{exchanged}")?;
        }
        for (i, shared) in self.shared.iter().enumerate() {
            writeln!(f, "  s{i}: shared {} × {}", shared.cells, shared.ty)?;
        }
        for (i, ty) in self.variables.iter().enumerate() {
            writeln!(f, "  v{i}: {ty}")?;
        }
        for (i, table) in self.tables.iter().enumerate() {
            let kind = if table.constant.is_some() { "constant " } else { "" };
            writeln!(f, "  t{i}: {kind}{} × {}", table.cells, table.ty)?;
        }
        for function in &self.functions {
            writeln!(f, "  function {:?}", function.function)?;
            write_block(f, &function.values, &function.body, 2)?;
            writeln!(f, "    gives {}", function.result)?;
        }
        write_block(f, &self.values, &self.body, 1)
    }
}

fn write_block(f: &mut Formatter<'_>, values: &[Type], block: &[Instruction], depth: usize) -> fmt::Result {
    let indent = "  ".repeat(depth);
    for instruction in block {
        match instruction {
            Instruction::Let(value, operation) => {
                let ty = values.get(value.0 as usize).copied().unwrap_or(Type::Word);
                writeln!(f, "{indent}{value}: {ty} = {operation}")?;
            }
            Instruction::Store(variable, value) => writeln!(f, "{indent}{variable} = {value}")?,
            Instruction::StoreCell { memory, index, value } => writeln!(f, "{indent}{memory}[{index}] = {value}")?,
            Instruction::Fill { table, value } => writeln!(f, "{indent}{table} = {value} in every cell")?,
            Instruction::Combine { memory, operator, index, value } => {
                writeln!(f, "{indent}combine {memory}[{index}] {operator:?} {value}")?;
            }
            Instruction::Claim { claim, cell, words } => {
                writeln!(f, "{indent}claim {claim}, cell {cell}")?;
                for (array, index, value) in words {
                    writeln!(f, "{indent}  a{array}[{index}] = {value}")?;
                }
            }
            Instruction::If { condition, then, otherwise } => {
                writeln!(f, "{indent}if {condition}")?;
                write_block(f, values, then, depth + 1)?;
                if !otherwise.is_empty() {
                    writeln!(f, "{indent}else")?;
                    write_block(f, values, otherwise, depth + 1)?;
                }
            }
            Instruction::Loop { counter, trips, body } => {
                writeln!(f, "{indent}for {counter} below {trips}")?;
                write_block(f, values, body, depth + 1)?;
            }
            Instruction::Break => writeln!(f, "{indent}break")?,
            Instruction::Continue => writeln!(f, "{indent}continue")?,
            Instruction::Barrier { arrays } => {
                writeln!(f, "{indent}barrier{}", if *arrays { " for arrays too" } else { "" })?;
            }
            Instruction::Trap => writeln!(f, "{indent}trap")?,
        }
    }
    Ok(())
}
