//! Which locals of a phase bear on the indices of the accesses at hand, and on whether they are reached.

use crate::{
    laws::changed,
    program::{Access, Block, Expression, ExpressionKind, Local, LocalId, LocalKind, Statement},
    visit::{self, Visitor},
};

/// The locals that matter.
pub(super) struct Relevance {
    /// For each local.
    wanted: Vec<bool>,
    variable: Vec<bool>,
}

impl Relevance {
    pub(super) fn of(body: &Block, locals: &[Local], wanted: &dyn Fn(&Access) -> bool) -> Self {
        let variable: Vec<bool> =
            locals.iter().map(|local| matches!(local.kind, LocalKind::Var | LocalKind::Lane)).collect();
        let mut graph = Graph {
            edges: vec![Vec::new(); locals.len()],
            seeds: Vec::new(),
            at: wanted,
            variable: &variable,
            around: Vec::new(),
            entangled: Entangled::new(locals.len()),
        };
        graph.block(body);
        let mut wanted = vec![false; graph.edges.len()];
        let mut open = graph.seeds;
        while let Some(node) = open.pop() {
            if let Some(place) = wanted.get_mut(node)
                && !*place
            {
                *place = true;
                open.extend(&graph.edges[node]);
            }
        }
        for local in graph.entangled.locals().filter(|local| variable.get(*local) == Some(&true)) {
            wanted[local] = false;
        }
        Relevance { wanted, variable }
    }

    /// Everything that is set once.
    pub(super) fn all_lets(locals: &[Local]) -> Self {
        let wanted = locals.iter().map(|local| local.kind == LocalKind::Let).collect();
        Relevance { wanted, variable: Vec::new() }
    }

    /// Whether the value of a local is to be followed.
    pub(super) fn wanted(&self, local: LocalId) -> bool {
        self.wanted.get(local.0 as usize).copied().unwrap_or(false)
    }

    /// The variables that matter and that a block sets.
    pub(super) fn changed(&self, block: &Block) -> Vec<LocalId> {
        self.filter(changed::by_block(block))
    }

    /// The variables that matter and that an expression sets.
    pub(super) fn changed_in(&self, expression: &Expression) -> Vec<LocalId> {
        self.filter(changed::by_expression(expression))
    }

    fn filter(&self, mut set: Vec<LocalId>) -> Vec<LocalId> {
        set.retain(|local| self.variable.get(local.0 as usize) == Some(&true) && self.wanted(*local));
        set
    }
}

/// What each local is made of. After the locals come the conditions and bounds that statements stand under.
struct Graph<'a> {
    edges: Vec<Vec<usize>>,
    seeds: Vec<usize>,
    /// Whether an access is at hand.
    at: &'a dyn Fn(&Access) -> bool,
    variable: &'a [bool],
    /// The innermost condition or bound is the last.
    around: Vec<usize>,
    entangled: Entangled,
}

/// The locals that an expression reads.
fn reads(expression: &Expression) -> Vec<usize> {
    struct Reads(Vec<usize>);
    impl Visitor for Reads {
        fn expression(&mut self, expression: &Expression) {
            if let ExpressionKind::Local(local) = expression.kind {
                self.0.push(local.0 as usize);
            }
        }
    }
    let mut reads = Reads(Vec::new());
    visit::expression(&mut reads, expression);
    reads.0
}

impl Graph<'_> {
    /// Enters what stands under some expressions.
    fn under<'e>(&mut self, expressions: impl Iterator<Item = &'e Expression>) {
        let mut edges: Vec<usize> = expressions.flat_map(reads).collect();
        edges.extend(self.around.last());
        self.around.push(self.edges.len());
        self.edges.push(edges);
    }

    fn block(&mut self, block: &Block) {
        block.statements.iter().for_each(|statement| self.statement(statement));
        block.result.iter().for_each(|result| self.expression(result));
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Set { local, value } => {
                self.expression(value);
                self.entangled.set(local.0 as usize);
                let variable = self.variable.get(local.0 as usize) == Some(&true);
                // A `let` is seen only where it has been set.
                let around = self.around.last().copied().filter(|_| variable);
                if let Some(edges) = self.edges.get_mut(local.0 as usize) {
                    edges.extend(reads(value));
                    edges.extend(around);
                }
            }
            Statement::Fill { value, .. } | Statement::Assert { condition: value, .. } => self.expression(value),
            Statement::Store { access, value }
            | Statement::Combine { access, value, .. }
            | Statement::Claim { access, value } => {
                self.access(access);
                self.expression(value);
            }
            Statement::If { arms, otherwise } => self.branch(arms, otherwise.as_ref()),
            Statement::For(inner) => {
                let bounds = [Some(&inner.from), Some(&inner.to), inner.max.as_ref()];
                bounds.into_iter().flatten().for_each(|bound| self.expression(bound));
                self.under(bounds.into_iter().flatten());
                let around = self.around.last().copied();
                if let Some(edges) = self.edges.get_mut(inner.counter.0 as usize) {
                    edges.extend(around);
                }
                self.block(&inner.body);
                self.around.pop();
            }
            Statement::Break | Statement::Continue => {}
        }
    }

    fn branch(&mut self, arms: &[(Expression, Block)], otherwise: Option<&Block>) {
        arms.iter().for_each(|(condition, _)| self.expression(condition));
        self.under(arms.iter().map(|(condition, _)| condition));
        arms.iter().for_each(|(_, block)| self.block(block));
        otherwise.iter().for_each(|block| self.block(block));
        self.around.pop();
    }

    fn expression(&mut self, expression: &Expression) {
        match &expression.kind {
            ExpressionKind::Literal(_) => {}
            ExpressionKind::Local(local) => self.entangled.mention(local.0 as usize),
            ExpressionKind::Load { access, otherwise } => {
                self.access(access);
                otherwise.iter().for_each(|value| self.expression(value));
            }
            ExpressionKind::Unary { operand, .. }
            | ExpressionKind::Convert(operand)
            | ExpressionKind::ToBits(operand)
            | ExpressionKind::FromBits(operand) => self.expression(operand),
            ExpressionKind::Binary { left, right, .. } => {
                self.expression(left);
                self.expression(right);
            }
            ExpressionKind::Logic { left, right, .. } => {
                self.expression(left);
                self.under(std::iter::once(&**left));
                self.expression(right);
                self.around.pop();
            }
            ExpressionKind::If { arms, otherwise } => {
                self.entangled.enter();
                self.branch(arms, Some(otherwise));
                self.entangled.leave();
            }
        }
    }

    fn access(&mut self, access: &Access) {
        access.indices.iter().for_each(|index| self.expression(index));
        if (self.at)(access) {
            self.seeds.extend(access.indices.iter().flat_map(reads));
            self.seeds.extend(self.around.last());
        }
    }
}

/// Finds the variables that a block inside an expression sets, and that are also used outside of that expression. They
/// would have to be followed in the order of evaluation; they are not followed at all.
struct Entangled {
    /// Counts mentions.
    position: u32,
    /// For each local its first and last mention.
    mentions: Vec<(u32, u32)>,
    /// The expressions with blocks: where each begins and ends.
    blocks: Vec<(u32, u32)>,
    /// The open ones, the innermost last.
    open: Vec<usize>,
    /// What is set, and in which innermost one.
    sets: Vec<(usize, usize)>,
}

impl Entangled {
    fn new(locals: usize) -> Self {
        let mentions = vec![(u32::MAX, 0); locals];
        Entangled { position: 0, mentions, blocks: Vec::new(), open: Vec::new(), sets: Vec::new() }
    }

    fn mention(&mut self, local: usize) {
        self.position += 1;
        if let Some((first, last)) = self.mentions.get_mut(local) {
            *first = (*first).min(self.position);
            *last = self.position;
        }
    }

    fn set(&mut self, local: usize) {
        self.mention(local);
        if local < self.mentions.len() {
            self.sets.extend(self.open.last().map(|block| (local, *block)));
        }
    }

    fn enter(&mut self) {
        self.open.push(self.blocks.len());
        self.blocks.push((self.position, u32::MAX));
    }

    fn leave(&mut self) {
        if let Some((_, end)) = self.open.pop().and_then(|block| self.blocks.get_mut(block)) {
            *end = self.position;
        }
    }

    fn locals(&self) -> impl Iterator<Item = usize> {
        let outside = |(local, block): &&(usize, usize)| {
            let ((first, last), (start, end)) = (self.mentions[*local], self.blocks[*block]);
            first <= start || last > end
        };
        self.sets.iter().filter(outside).map(|(local, _)| *local)
    }
}
