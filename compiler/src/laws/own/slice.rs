//! What of a phase bears on which cells of some arrays its lanes touch: the accesses to them, the values that their
//! indices are made of, and the control around them. The rest of a phase, often most of it, need not be walked for
//! every lane.

use crate::program::{Access, Block, Expression, ExpressionKind, For, Local, LocalId, Statement};

use super::relevance::Relevance;

/// A step of a slice.
pub(super) enum Node<'p> {
    /// A local that matters gets a value.
    Set { local: LocalId, value: &'p Expression },
    /// A cell is touched.
    Touch { access: &'p Access, write: bool },
    /// The first arm whose condition holds; a condition that is not there may hold or not.
    If { arms: Vec<(Option<&'p Expression>, Vec<Node<'p>>)>, otherwise: Vec<Node<'p>>, changed: Vec<LocalId> },
    /// A loop; `leaves` says that there may be fewer trips than its bounds say, or shorter ones.
    For { inner: &'p For, body: Vec<Node<'p>>, changed: Vec<LocalId>, leaves: bool },
}

/// The slice of a phase for the accesses that are `wanted`.
pub(super) fn slice<'p>(body: &'p Block, locals: &[Local], wanted: &dyn Fn(&Access) -> bool) -> Vec<Node<'p>> {
    let relevance = Relevance::of(body, locals, wanted);
    let mut nodes = Vec::new();
    Slicer { wanted, relevance: &relevance }.block(body, &mut nodes);
    nodes
}

/// What is inside an expression of a group, so that its value can be known.
pub(super) fn inside<'p>(expression: &'p Expression, locals: &[Local]) -> Vec<Node<'p>> {
    let mut nodes = Vec::new();
    Slicer { wanted: &|_| false, relevance: &Relevance::all_lets(locals) }.expression(expression, &mut nodes);
    nodes
}

struct Slicer<'s> {
    wanted: &'s dyn Fn(&Access) -> bool,
    relevance: &'s Relevance,
}

impl Slicer<'_> {
    fn block<'p>(&self, block: &'p Block, out: &mut Vec<Node<'p>>) {
        for statement in &block.statements {
            self.statement(statement, out);
        }
        block.result.iter().for_each(|result| self.expression(result, out));
    }

    fn statement<'p>(&self, statement: &'p Statement, out: &mut Vec<Node<'p>>) {
        match statement {
            Statement::Set { local, value } => {
                self.expression(value, out);
                if self.relevance.wanted(*local) {
                    out.push(Node::Set { local: *local, value });
                }
            }
            Statement::Fill { value, .. } | Statement::Assert { condition: value, .. } => self.expression(value, out),
            Statement::Store { access, value }
            | Statement::Combine { access, value, .. }
            | Statement::Claim { access, value } => {
                self.indices(access, out);
                self.expression(value, out);
                self.touch(access, matches!(statement, Statement::Store { .. }), out);
            }
            Statement::If { arms, otherwise } => self.branch(arms, otherwise.as_ref(), out),
            Statement::For(inner) => {
                self.expression(&inner.from, out);
                self.expression(&inner.to, out);
                inner.max.iter().for_each(|max| self.expression(max, out));
                let mut body = Vec::new();
                self.block(&inner.body, &mut body);
                if !body.is_empty() {
                    let changed = self.relevance.changed(&inner.body);
                    out.push(Node::For { inner, body, changed, leaves: leaves(&inner.body) });
                }
            }
            Statement::Break | Statement::Continue => {}
        }
    }

    fn branch<'p>(&self, arms: &'p [(Expression, Block)], otherwise: Option<&'p Block>, out: &mut Vec<Node<'p>>) {
        let mut changed = Vec::new();
        let mut nodes = Vec::with_capacity(arms.len());
        for (condition, block) in arms {
            self.expression(condition, out);
            let mut inner = Vec::new();
            self.block(block, &mut inner);
            changed.extend(self.relevance.changed(block));
            nodes.push((Some(condition), inner));
        }
        let mut last = Vec::new();
        if let Some(block) = otherwise {
            self.block(block, &mut last);
            changed.extend(self.relevance.changed(block));
        }
        if arms.is_empty() {
            // A function that is written out.
            out.append(&mut last);
        } else if !last.is_empty() || nodes.iter().any(|(_, inner)| !inner.is_empty()) {
            changed.sort_unstable_by_key(|local| local.0);
            changed.dedup();
            out.push(Node::If { arms: nodes, otherwise: last, changed });
        }
    }

    /// What is inside an expression, in the order of evaluation.
    fn expression<'p>(&self, expression: &'p Expression, out: &mut Vec<Node<'p>>) {
        match &expression.kind {
            ExpressionKind::Literal(_) | ExpressionKind::Local(_) => {}
            ExpressionKind::Load { access, otherwise } => {
                self.indices(access, out);
                self.touch(access, false, out);
                if let Some(otherwise) = otherwise {
                    self.sometimes(None, otherwise, out);
                }
            }
            ExpressionKind::Unary { operand, .. }
            | ExpressionKind::Convert(operand)
            | ExpressionKind::ToBits(operand)
            | ExpressionKind::FromBits(operand) => self.expression(operand, out),
            ExpressionKind::Binary { left, right, .. } => {
                self.expression(left, out);
                self.expression(right, out);
            }
            ExpressionKind::Logic { and, left, right } => {
                self.expression(left, out);
                self.sometimes(Some((left, *and)), right, out);
            }
            ExpressionKind::If { arms, otherwise } => self.branch(arms, Some(otherwise), out),
        }
    }

    /// An expression that is evaluated if the condition has this value; without one, perhaps.
    fn sometimes<'p>(
        &self,
        condition: Option<(&'p Expression, bool)>,
        expression: &'p Expression,
        out: &mut Vec<Node<'p>>,
    ) {
        let mut nodes = Vec::new();
        self.expression(expression, &mut nodes);
        if nodes.is_empty() {
            return;
        }
        let changed = self.relevance.changed_in(expression);
        let (arms, otherwise) = match condition {
            Some((condition, false)) => (vec![(Some(condition), Vec::new())], nodes),
            Some((condition, true)) => (vec![(Some(condition), nodes)], Vec::new()),
            None => (vec![(None, nodes)], Vec::new()),
        };
        out.push(Node::If { arms, otherwise, changed });
    }

    fn indices<'p>(&self, access: &'p Access, out: &mut Vec<Node<'p>>) {
        access.indices.iter().for_each(|index| self.expression(index, out));
    }

    fn touch<'p>(&self, access: &'p Access, write: bool, out: &mut Vec<Node<'p>>) {
        if (self.wanted)(access) {
            out.push(Node::Touch { access, write });
        }
    }
}

/// Whether a body has a `break` or `continue` of its own loop.
fn leaves(block: &Block) -> bool {
    block.statements.iter().any(|statement| match statement {
        Statement::Break | Statement::Continue => true,
        Statement::If { arms, otherwise } => {
            arms.iter().any(|(_, block)| leaves(block)) || otherwise.as_ref().is_some_and(leaves)
        }
        _ => false,
    })
}
