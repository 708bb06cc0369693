// How all bodies pull on each: 256 bodies at a time go through shared memory. n is a multiple of 256.
#version 450
#extension GL_EXT_control_flow_attributes : require
layout(local_size_x = 256) in;
layout(push_constant) uniform Push { uint zero, first_group, trap_slot, n; };
layout(set = 0, binding = 0) buffer Traps { uint traps[]; };
layout(set = 0, binding = 1) readonly restrict buffer Bodies { float bodies[]; };
layout(set = 0, binding = 2) writeonly restrict buffer Pulls { float pulls[]; };

shared vec4 others[256];

void main() {
    const uint l = gl_LocalInvocationID.x;
    const uint i = (first_group + gl_WorkGroupID.x) * 256 + l;
    const vec3 me = vec3(bodies[i * 4], bodies[i * 4 + 1], bodies[i * 4 + 2]);
    vec3 pull = vec3(0.0);
    for (uint part = 0; part < n; part += 256) {
        const uint o = (part + l) * 4;
        others[l] = vec4(bodies[o], bodies[o + 1], bodies[o + 2], bodies[o + 3]);
        barrier();
        for (uint j = 0; j < 256; j++) {
            const vec4 other = others[j];
            const vec3 d = other.xyz - me;
            const float r2 = ((d.x * d.x + d.y * d.y) + d.z * d.z) + 0.0001;
            const float inverse = inversesqrt(r2);
            pull += d * (other.w * inverse * inverse * inverse);
        }
        barrier();
    }
    pulls[i * 3] = pull.x;
    pulls[i * 3 + 1] = pull.y;
    pulls[i * 3 + 2] = pull.z;
}
