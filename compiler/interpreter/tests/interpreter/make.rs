//! Programs and calls of them.

use lockstep_compiler::{Compilation, check, program, render::render, source::Sources};
use lockstep_interpreter::{Ran, Source, run, run_checked};
use lockstep_module::{Argument, Array, Bound, Call, Outcome, ParameterKind, Signature, TrapReport, bind, plan::Plan};

/// A program that compiled.
pub struct Program {
    pub program: program::Program,
    pub sources: Sources,
}

/// One argument.
#[derive(Clone)]
pub enum Given {
    Scalar(u64),
    Extent(u32),
    /// Dimensions and words.
    Array(Vec<u32>, Vec<u32>),
}

/// A one-dimensional array of these words.
pub fn words(words: impl IntoIterator<Item = u32>) -> Given {
    let words: Vec<u32> = words.into_iter().collect();
    Given::Array(vec![words.len() as u32], words)
}

/// A two-dimensional array whose cells are computed.
pub fn table(rows: u32, columns: u32, cell: impl Fn(u32, u32) -> u32) -> Given {
    let cells = (0..rows).flat_map(|r| (0..columns).map(move |c| (r, c))).map(|(r, c)| cell(r, c));
    Given::Array(vec![rows, columns], cells.collect())
}

impl Program {
    pub fn new(text: &str) -> Program {
        let Compilation { sources, diagnostics, program, .. } = check("test.lks", text);
        match program {
            Some(program) => Program { program, sources },
            None => panic!("this does not compile:\n{text}\n{}", render(&diagnostics, &sources, false)),
        }
    }

    pub fn source(&self) -> Source<'_> {
        Source { program: &self.program, sources: &self.sources }
    }

    fn signature(&self, entry: &str) -> &Signature {
        let jobs = self.program.jobs.iter().map(|job| &job.signature);
        let mut all = jobs.chain(self.program.kernels.iter().map(|kernel| &kernel.signature));
        all.find(|signature| signature.name == entry).unwrap_or_else(|| panic!("there is no `{entry}`"))
    }

    pub fn bind(&self, entry: &str, given: &[(&str, Given)]) -> Bound {
        let signature = self.signature(entry);
        let mut call = Call::default();
        for (name, given) in given {
            let kind = signature.parameters.iter().find(|parameter| parameter.name == *name).map(|found| &found.kind);
            let argument = match (given.clone(), kind) {
                (Given::Extent(size), _) => {
                    call.extents.insert((*name).into(), size);
                    continue;
                }
                (Given::Scalar(bits), Some(ParameterKind::Scalar(ty))) => Argument::Scalar(*ty, bits),
                (Given::Array(dimensions, words), Some(ParameterKind::Array { ty, .. })) => {
                    Argument::Array(Array { element: ty.element, dimensions, words })
                }
                _ => panic!("`{entry}` takes no such `{name}`"),
            };
            call.arguments.insert((*name).into(), argument);
        }
        bind(signature, self.program.profile, call).unwrap()
    }

    /// The run, which holds no race and costs no more than its bound.
    pub fn run(&self, entry: &str, given: &[(&str, Given)]) -> Ran {
        let bound = self.bind(entry, given);
        let ran = run(self.source(), entry, bound.clone(), &|_, _| {}).unwrap();
        let (checked, race) = run_checked(self.source(), entry, bound.clone()).unwrap();
        assert_eq!((&checked, race), (&ran, None));
        if let Some(plan) = self.plan(entry, bound) {
            assert!(ran.cost <= plan.cost, "{} is more than the bound {}", ran.cost, plan.cost);
        }
        ran
    }

    /// The plan; None where an expression of a job traps.
    pub fn plan(&self, entry: &str, bound: Bound) -> Option<Plan> {
        lockstep_interpreter::plan(self.source(), entry, bound).unwrap().ok()
    }

    /// The words of the outputs.
    pub fn outputs(&self, entry: &str, given: &[(&str, Given)]) -> Vec<Vec<u32>> {
        match self.run(entry, given).outcome {
            Outcome::Finished(outputs) => outputs.into_iter().map(|output| output.array.words).collect(),
            Outcome::Trapped(report) => panic!("it trapped: {report:?}"),
        }
    }

    /// The words of the only output.
    pub fn output(&self, entry: &str, given: &[(&str, Given)]) -> Vec<u32> {
        let mut outputs = self.outputs(entry, given);
        assert_eq!(outputs.len(), 1);
        outputs.remove(0)
    }

    pub fn trap(&self, entry: &str, given: &[(&str, Given)]) -> TrapReport {
        let Ran { outcome, cost } = self.run(entry, given);
        assert_eq!(cost, 0);
        match outcome {
            Outcome::Trapped(report) => report,
            Outcome::Finished(outputs) => panic!("it finished: {outputs:?}"),
        }
    }

    /// The text that a trap points at.
    pub fn blamed(&self, report: &TrapReport) -> &str {
        &self.sources.files()[report.source].text[report.span.0..report.span.1]
    }
}

/// The bits of whole numbers as floats.
pub fn float(value: u32) -> u32 {
    (value as f32).to_bits()
}
