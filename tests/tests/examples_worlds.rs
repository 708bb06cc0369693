//! The programs of `examples/` that need no files: bodies, the Game of Life, a search, a sort, attention.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

use std::collections::VecDeque;

use lockstep_module::Outcome;
use lockstep_numbers::ScalarType;
use lockstep_tests::{
    calls::{F, bits, build, floats, words},
    files,
    random::Random,
};

type Body = [F; 4];
type Velocity = [F; 3];

/// One step: bodies and velocities after it.
fn pull(dt: F, softening: F, bodies: &[Body], velocities: &[Velocity]) -> (Vec<Body>, Vec<Velocity>) {
    // Blocks of 256, the last filled with nothing.
    let mut others = bodies.to_vec();
    others.resize(bodies.len().next_multiple_of(256), [F::ZERO; 4]);
    let moved = bodies.iter().zip(velocities).map(|(me, velocity)| {
        let mut sum = [F::ZERO; 3];
        for other in &others {
            let away: Velocity = std::array::from_fn(|c| other[c] - me[c]);
            let square = (away[0] * away[0] + away[1] * away[1]) + away[2] * away[2];
            let near = F::rounded(1.0 / (square + softening).wide().sqrt());
            let by = other[3] * (near * near * near);
            sum = std::array::from_fn(|c| sum[c] + away[c] * by);
        }
        let faster: Velocity = std::array::from_fn(|c| velocity[c] + sum[c] * dt);
        ([0, 1, 2, 3].map(|c| if c < 3 { me[c] + faster[c] * dt } else { me[c] }), faster)
    });
    moved.unzip()
}

#[test]
fn bodies_attract_each_other() {
    let program = files::compile("nbody/nbody.lks");
    let mut random = Random::new(1);
    for (size, steps) in [(0, 1), (1, 3), (7, 4), (260, 2)] {
        let (body, velocity) = (floats(&mut random, size * 4, 1.0), floats(&mut random, size * 3, 0.1));
        let (dt, softening) = (F::of(0.01), F::of(0.05));
        let call = build().number("steps", steps).float("dt", dt).float("softening", softening);
        let call = call.floats("body", &[size, 4], &body).floats("velocity", &[size, 3], &velocity).done();
        let outcome = program.run_everywhere("simulate", call);
        let mut bodies: Vec<Body> = body.chunks(4).map(|body| [body[0], body[1], body[2], body[3]]).collect();
        let mut velocities: Vec<Velocity> = velocity.chunks(3).map(|v| [v[0], v[1], v[2]]).collect();
        for _ in 0..steps {
            (bodies, velocities) = pull(dt, softening, &bodies, &velocities);
        }
        assert!(files::output(&outcome, "body").words == bits(&bodies.concat()), "{size} {steps}");
        assert!(files::output(&outcome, "velocity").words == bits(&velocities.concat()), "{size} {steps}");
    }
}

fn generation(cells: &[u32], h: usize, w: usize) -> Vec<u32> {
    let cell = |place: usize| {
        let (r, c) = (place / w, place % w);
        let near = [h - 1, 0, 1].into_iter().flat_map(|y| [w - 1, 0, 1].map(|x| (r + y) % h * w + (c + x) % w));
        let sum: u32 = near.map(|near| cells[near]).sum();
        u32::from(sum == 3 || (sum == 4 && cells[place] == 1))
    };
    (0..h * w).map(cell).collect()
}

#[test]
fn life_goes_on() {
    let program = files::compile("life/life.lks");
    let live = |h: usize, w: usize, cells: &[u32], generations: u32| {
        let call = build().number("generations", generations).array("cells", ScalarType::U32, &[h, w], cells);
        files::output(&program.run_everywhere("live", call.done()), "cells").words.clone()
    };
    let mut random = Random::new(2);
    for (h, w, generations) in [(0, 3, 1), (3, 0, 1), (3, 3, 2), (33, 32, 3), (40, 70, 5)] {
        let mut cells: Vec<u32> = words(&mut random, h * w).iter().map(|word| word & 1).collect();
        let found = live(h, w, &cells, generations);
        (0..generations).for_each(|_| cells = generation(&cells, h, w));
        assert!(found == cells, "{h} {w}");
    }
    // A glider moves by one cell down and right in four generations, and around the world in 4 · 35.
    let mut cells = vec![0; 35 * 35];
    [1, 37, 70, 71, 72].iter().for_each(|place| cells[*place] = 1);
    let found = live(35, 35, &cells, 8);
    let moved: Vec<u32> =
        (0..35 * 35).map(|place| cells[(place + 33 * 35) % 1225 / 35 * 35 + (place + 33) % 35]).collect();
    assert_eq!(found, moved);
    assert_eq!(live(35, 35, &cells, 4 * 35), cells);
}

struct Graph {
    first: Vec<u32>,
    to: Vec<u32>,
}

impl Graph {
    fn distances(&self, source: u32, levels: u32) -> Vec<u32> {
        let mut distances = vec![u32::MAX; self.first.len() - 1];
        distances[source as usize] = 0;
        let mut queue = VecDeque::from([source as usize]);
        while let Some(v) = queue.pop_front() {
            for e in self.first[v]..self.first[v + 1] {
                let to = self.to[e as usize] as usize;
                if distances[to] == u32::MAX && distances[v] < levels {
                    distances[to] = distances[v] + 1;
                    queue.push_back(to);
                }
            }
        }
        distances
    }

    fn random(random: &mut Random, vertices: usize) -> Graph {
        let (mut first, mut to) = (vec![0], Vec::new());
        for _ in 0..vertices {
            (0..random.below(4)).for_each(|_| to.push(random.below(vertices) as u32));
            first.push(to.len() as u32);
        }
        Graph { first, to }
    }

    fn search(&self, source: u32, levels: u32, most_edges: u32, most_vertices: u32) -> Outcome {
        let call = build().words("first", &self.first).words("to", &self.to).extent("n", self.first.len() - 1);
        let call = call.number("source", source).number("levels", levels);
        let call = call.number("most_edges", most_edges).number("most_vertices", most_vertices);
        files::compile("bfs/bfs.lks").run_everywhere("search", call.done())
    }
}

#[test]
fn vertices_are_found() {
    let mut random = Random::new(3);
    for (vertices, levels) in [(1, 0), (1, 3), (2, 1), (300, 4), (300, 12), (2100, 9)] {
        let graph = Graph::random(&mut random, vertices);
        let source = random.below(vertices) as u32;
        let outcome = graph.search(source, levels, 3, vertices as u32);
        let wanted = graph.distances(source, levels);
        assert_eq!(files::output(&outcome, "distance").words, wanted, "{vertices}");
    }
}

#[test]
fn a_search_beyond_its_bounds_traps() {
    // From vertex 0 to three others, and from each of them to one more.
    let graph = Graph { first: vec![0, 3, 4, 5, 6, 6], to: vec![1, 2, 3, 4, 4, 4] };
    assert_eq!(files::output(&graph.search(0, 2, 3, 3), "distance").words, [0, 1, 1, 1, 2]);
    assert!(matches!(graph.search(0, 2, 2, 3), Outcome::Trapped(_)));
    assert!(matches!(graph.search(0, 2, 3, 2), Outcome::Trapped(_)));
}

#[test]
fn random_numbers_are_sorted() {
    let program = files::compile("sort/sort.lks");
    let outcome = program.run_everywhere("main", build().number("seed", 1).extent("n", 3000).done());
    let (sorted, order) = (&files::output(&outcome, "sorted").words, &files::output(&outcome, "order").words);
    assert!(sorted.is_sorted());
    let mut seen = order.clone();
    seen.sort_unstable();
    assert!(seen.iter().copied().eq(0..3000));
    let keys = [3, 1, 2, 1, 3, 0];
    let outcome = program.run_everywhere("order_of", build().words("keys", &keys).done());
    assert_eq!(files::output(&outcome, "order").words, [5, 1, 3, 2, 0, 4]);
}

#[test]
fn attention_of_random_rows_is_normalised() {
    let program = files::compile("attention/attention.lks");
    let call = build().number("seed", 1).number("key_count", 50).extent("n", 20).done();
    let outcome = program.run_everywhere("main", call);
    for row in files::output(&outcome, "output").words.chunks(64) {
        let mean = row.iter().map(|word| F(*word).wide()).sum::<f64>() / 64.0;
        let variance = row.iter().map(|word| (F(*word).wide() - mean).powi(2)).sum::<f64>() / 64.0;
        assert!(mean.abs() < 1e-5 && (variance - 1.0).abs() < 0.01, "{mean} {variance}");
    }
}
