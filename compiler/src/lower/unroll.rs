//! Which loops become straight code. Where a counter is a constant, indices are too: arrays of a lane then need no
//! memory, and addresses need little arithmetic. What grows too large stays a loop.

use lockstep_numbers::{Binary, ScalarType, binary};

use crate::{
    program::{Access, ArrayRef, Block, Expression, ExpressionKind, For, GroupStatement, Statement},
    visit::{self, Visitor},
};

/// A loop that indexes an array of the lane becomes straight code up to this many trips, any other up to fewer.
const MAX_TRIPS: (u64, u64) = (64, 16);
/// And up to this size in all.
const MAX_SIZE: (u64, u64) = (8192, 1024);
/// How often the body of a longer loop is written in one round, where that divides its trips.
const COPIES: [u32; 2] = [4, 2];
/// A kernel that has grown to this many instructions grows no more by this.
const MAX_KERNEL: usize = 16_384;
/// What a branch counts for, or a write that may need one: some drivers take a time for them that grows faster than
/// their number.
const BRANCH: u64 = 16;
/// What a loop that stays one counts for beside its body.
const LOOP: u64 = 8;

/// What becomes of a loop.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Its body so many times, and no loop.
    Straight(u32),
    /// A loop whose body is written so many times, which divides its trips.
    Loop(u32),
}

/// What becomes of a loop, in a kernel that has grown to this many instructions.
pub(super) fn form(inner: &For, trips: Option<u32>, kernel: usize) -> Form {
    let Some(trips) = trips.filter(|_| !leaves(&inner.body)) else { return Form::Loop(1) };
    let size = size(&inner.body);
    let fits = |copies: u32, most: u64| {
        let total = size.saturating_mul(copies.into());
        total <= most && (kernel as u64).saturating_add(total) <= MAX_KERNEL as u64
    };
    let (max_trips, max_size) = limits(inner);
    if trips <= 1 || (u64::from(trips) <= max_trips && fits(trips, max_size)) {
        return Form::Straight(trips);
    }
    let divides = |copies: &u32| trips.is_multiple_of(*copies) && fits(*copies, MAX_SIZE.1);
    Form::Loop(if holds_loop(&inner.body) { 1 } else { COPIES.into_iter().find(divides).unwrap_or(1) })
}

/// Whether a loop of a group with this many trips becomes straight code.
pub(super) fn group_is_straight(body: &[GroupStatement], trips: u32, kernel: usize) -> bool {
    let total = group_size(body).saturating_mul(trips.into());
    let fits = total <= MAX_SIZE.1 && (kernel as u64).saturating_add(total) <= MAX_KERNEL as u64;
    (1..=MAX_TRIPS.1).contains(&trips.into()) && fits
}

fn group_size(statements: &[GroupStatement]) -> u64 {
    let statement_size = |statement: &GroupStatement| match statement {
        GroupStatement::Let { value, .. } | GroupStatement::Lane { value, .. } => expression_size(value),
        GroupStatement::For { body, .. } => group_size(body).saturating_add(LOOP),
        GroupStatement::If { arms, otherwise } => {
            let arms = arms.iter().map(|(_, block)| group_size(block).saturating_add(BRANCH));
            arms.fold(group_size(otherwise), u64::saturating_add)
        }
        GroupStatement::Phase(phase) => size(&phase.body).saturating_add(BRANCH),
    };
    statements.iter().map(statement_size).fold(0, u64::saturating_add)
}

fn limits(inner: &For) -> (u64, u64) {
    if indexes_local(inner) { (MAX_TRIPS.0, MAX_SIZE.0) } else { (MAX_TRIPS.1, MAX_SIZE.1) }
}

/// Whether a block leaves or goes on with the loop around it.
fn leaves(block: &Block) -> bool {
    block.statements.iter().any(|statement| match statement {
        Statement::Break | Statement::Continue => true,
        Statement::If { arms, otherwise } => {
            arms.iter().any(|(_, block)| leaves(block)) || otherwise.as_ref().is_some_and(leaves)
        }
        _ => false,
    })
}

/// Whether a loop in a block stays a loop.
fn holds_loop(block: &Block) -> bool {
    struct Finder(bool);
    impl Visitor for Finder {
        fn statement(&mut self, statement: &Statement) {
            if let Statement::For(inner) = statement {
                self.0 |= unrolled(inner, size(&inner.body)).is_none();
            }
        }
    }
    let mut finder = Finder(false);
    visit::block(&mut finder, block);
    finder.0
}

/// Whether a loop's body indexes an array of the lane by something that its counter is in.
fn indexes_local(inner: &For) -> bool {
    struct Finder<'f> {
        inner: &'f For,
        found: bool,
    }
    impl Visitor for Finder<'_> {
        fn access(&mut self, access: &Access, _write: bool) {
            if matches!(access.array, ArrayRef::Local(_)) {
                self.found |= access.indices.iter().any(|index| mentions(index, self.inner));
            }
        }
    }
    let mut finder = Finder { inner, found: false };
    visit::block(&mut finder, &inner.body);
    finder.found
}

fn mentions(expression: &Expression, inner: &For) -> bool {
    match &expression.kind {
        ExpressionKind::Local(local) => *local == inner.counter,
        ExpressionKind::Binary { left, right, .. } => mentions(left, inner) || mentions(right, inner),
        ExpressionKind::Convert(operand) | ExpressionKind::Unary { operand, .. } => mentions(operand, inner),
        _ => false,
    }
}

/// The trips of a loop that becomes straight code wherever it stands, as far as its own words tell.
fn unrolled(inner: &For, size: u64) -> Option<u64> {
    let (from, to) = (literal(&inner.from)?, literal(&inner.to)?);
    let (from, to) = match inner.ty {
        ScalarType::I32 => (i64::from((from as u32).cast_signed()), i64::from((to as u32).cast_signed())),
        _ => (from as i64, to as i64),
    };
    let trips = u64::try_from(to - from).unwrap_or(0).div_ceil(u64::from(inner.step.max(1)));
    let (max_trips, max_size) = limits(inner);
    let fits = trips <= max_trips && size.saturating_mul(trips) <= max_size;
    (fits && !leaves(&inner.body)).then_some(trips)
}

fn literal(expression: &Expression) -> Option<u64> {
    match &expression.kind {
        ExpressionKind::Literal(bits) => Some(*bits),
        ExpressionKind::Binary { operator, left, right } if *operator != Binary::Dot => {
            binary(*operator, left.ty, literal(left)?, literal(right)?).ok()
        }
        _ => None,
    }
}

/// About how many instructions a block becomes.
fn size(block: &Block) -> u64 {
    let statements: u64 = block.statements.iter().map(statement_size).fold(0, u64::saturating_add);
    statements.saturating_add(block.result.as_deref().map_or(0, expression_size))
}

fn statement_size(statement: &Statement) -> u64 {
    match statement {
        Statement::Set { value, .. } | Statement::Fill { value, .. } => expression_size(value),
        Statement::Store { access, value }
        | Statement::Combine { access, value, .. }
        | Statement::Claim { access, value } => {
            let branch = if matches!(access.array, ArrayRef::Local(_)) { 0 } else { BRANCH };
            access_size(access).saturating_add(expression_size(value)).saturating_add(branch)
        }
        Statement::If { arms, otherwise } => {
            let arms = arms.iter().map(|(condition, block)| expression_size(condition).saturating_add(size(block)));
            arms.fold(otherwise.as_ref().map_or(0, size), u64::saturating_add).saturating_add(BRANCH)
        }
        Statement::For(inner) => {
            let bounds = expression_size(&inner.from).saturating_add(expression_size(&inner.to));
            let body = size(&inner.body);
            match unrolled(inner, body) {
                Some(trips) => body.saturating_mul(trips),
                None => body.saturating_add(LOOP),
            }
            .saturating_add(bounds)
        }
        Statement::Assert { condition, .. } => expression_size(condition).saturating_add(2),
        Statement::Break | Statement::Continue => 1,
    }
}

fn access_size(access: &Access) -> u64 {
    let indices = access.indices.iter().map(expression_size).fold(1, u64::saturating_add);
    // Array parameters come through the door, and may be guarded.
    let guard = if matches!(access.array, ArrayRef::Parameter(_) | ArrayRef::Tile(_)) { 6 } else { 1 };
    indices.saturating_add(guard)
}

fn expression_size(expression: &Expression) -> u64 {
    match &expression.kind {
        ExpressionKind::Literal(_) | ExpressionKind::Local(_) => 0,
        ExpressionKind::Load { access, otherwise } => {
            access_size(access).saturating_add(otherwise.as_deref().map_or(0, expression_size))
        }
        ExpressionKind::Unary { operand, .. }
        | ExpressionKind::Convert(operand)
        | ExpressionKind::ToBits(operand)
        | ExpressionKind::FromBits(operand) => expression_size(operand).saturating_add(2),
        ExpressionKind::Binary { operator, left, right } => {
            let own = match (operator, left.ty) {
                (Binary::Divide | Binary::Remainder, ty) if ty.words() == 2 => 150,
                (Binary::Divide, ScalarType::F32) => 70,
                (Binary::Minimum | Binary::Maximum, ScalarType::F32) => 8,
                (Binary::Divide | Binary::Remainder | Binary::CeilingDivide, _) => 8,
                (_, ty) if ty.words() == 2 => 6,
                _ => 1,
            };
            expression_size(left).saturating_add(expression_size(right)).saturating_add(own)
        }
        ExpressionKind::Logic { left, right, .. } => {
            expression_size(left).saturating_add(expression_size(right)).saturating_add(1)
        }
        ExpressionKind::If { arms, otherwise } => {
            let arms = arms.iter().map(|(condition, block)| expression_size(condition).saturating_add(size(block)));
            arms.fold(size(otherwise), u64::saturating_add).saturating_add(BRANCH)
        }
    }
}
