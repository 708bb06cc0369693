// How all bodies pull on each: 256 bodies at a time go through shared memory. A body is its place and its mass.
struct Parameters { n: u32 }
@group(0) @binding(0) var<uniform> size: Parameters;
@group(0) @binding(1) var<storage, read> bodies: array<f32>;
@group(0) @binding(2) var<storage, read_write> pulls: array<f32>;

const SOFTENING: f32 = 0.0001;

var<workgroup> others: array<vec4<f32>, 256>;

fn body(i: u32) -> vec4<f32> {
    if i < size.n { return vec4(bodies[i * 4u], bodies[i * 4u + 1u], bodies[i * 4u + 2u], bodies[i * 4u + 3u]); }
    return vec4(0.0);
}

@compute @workgroup_size(256)
fn nbody(@builtin(workgroup_id) group_id: vec3<u32>, @builtin(local_invocation_index) l: u32) {
    let i = group_id.x * 256u + l;
    let me = body(i).xyz;
    var pull = vec3(0.0);
    for (var part = 0u; part < (size.n + 255u) / 256u; part++) {
        others[l] = body(part * 256u + l);
        workgroupBarrier();
        for (var j = 0u; j < 256u; j++) {
            let other = others[j];
            let d = other.xyz - me;
            let inverse = 1.0 / sqrt(dot(d, d) + SOFTENING);
            pull += d * (other.w * inverse * inverse * inverse);
        }
        workgroupBarrier();
    }
    if i < size.n {
        pulls[i * 3u] = pull.x;
        pulls[i * 3u + 1u] = pull.y;
        pulls[i * 3u + 2u] = pull.z;
    }
}
