//! A trap on its way to the report.

use lockstep_compiler::source::{Sources, Span};
use lockstep_module::{TrapCause, TrapReport};

/// What was broken, and where.
#[derive(Clone, Debug)]
pub(crate) struct Trap {
    pub(crate) cause: TrapCause,
    pub(crate) detail: String,
    pub(crate) span: Span,
}

/// A value, or the trap that came in its place.
pub(crate) type Evaluated<T> = Result<T, Box<Trap>>;

/// Where a trap happened, beside its place in the source.
pub(crate) struct Scene<'a> {
    /// The kernel, or the job whose own expression trapped.
    pub(crate) name: &'a str,
    pub(crate) dispatch: Option<usize>,
    pub(crate) group: Option<u64>,
    pub(crate) lane: Vec<(String, u32)>,
}

impl Trap {
    #[cold]
    pub(crate) fn division(span: Span, dividend: &str) -> Box<Trap> {
        let detail = format!("{dividend} is divided by zero");
        Box::new(Trap { cause: TrapCause::DivisionByZero, detail, span })
    }

    #[cold]
    pub(crate) fn assertion(span: Span) -> Box<Trap> {
        Box::new(Trap { cause: TrapCause::AssertionFailed, detail: "the assertion is false".into(), span })
    }

    #[cold]
    pub(crate) fn too_many_trips(span: Span, trips: u64, most: u64) -> Box<Trap> {
        let detail = format!("the loop would run {trips} times, and its stated maximum is {most}");
        Box::new(Trap { cause: TrapCause::LoopOverMaximum, detail, span })
    }

    /// An index at or past its limit, which is shown as `limit`: `n = 5` or `64`.
    #[cold]
    pub(crate) fn index(span: Span, shown: &str, of: &str, limit: &str) -> Box<Trap> {
        let detail = if shown.starts_with('-') {
            format!("index {shown} of {of} is negative")
        } else {
            format!("index {shown} of {of} is not below {limit}")
        };
        Box::new(Trap { cause: TrapCause::IndexOutOfRange, detail, span })
    }

    /// `cell` as it is written in source: `[1, 5]`.
    #[cold]
    pub(crate) fn doubly_claimed(span: Span, array: &str, cell: &str) -> Trap {
        let detail = format!("cell {cell} of `{array}` is claimed more than once");
        Trap { cause: TrapCause::DoublyClaimed, detail, span }
    }

    pub(crate) fn report(self, sources: &Sources, scene: Scene<'_>) -> TrapReport {
        let (line, column) = sources.position(self.span);
        TrapReport {
            kernel: scene.name.into(),
            dispatch: scene.dispatch.map(|dispatch| dispatch as u64),
            group: scene.group,
            lane: scene.lane,
            cause: self.cause,
            detail: self.detail,
            source: self.span.source as usize,
            span: (self.span.start as usize, self.span.end as usize),
            line,
            column,
        }
    }
}
