// As nbody.wgsl, with the inverse root written out.
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

// 1 / √x, nearly: a first guess from the bits, and three of Newton's steps.
fn inverse_root(x: f32) -> f32 {
    let half_x = 0.5 * x;
    var y = bitcast<f32>(0x5f375a86u - (bitcast<u32>(x) >> 1u));
    for (var i = 0u; i < 3u; i++) { y = y * (1.5 - half_x * y * y); }
    return y;
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
            let inverse = inverse_root(dot(d, d) + SOFTENING);
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
