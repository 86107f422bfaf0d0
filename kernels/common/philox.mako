## Random numbers without a state: Philox4x32 with ten rounds (Salmon et al. 2011, "Parallel random
## numbers: as easy as 1, 2, 3"), keyed by a seed, counting positions.
## in: nothing.
## out: the functions positive and uniform.
<%def name="philox()"><%
    real, factors = spec.accumulator, {"left": ("0xD2511F53", "c0"), "right": ("0xCD9E8D57", "c2")}
%>
// What is drawn from: nothing below zero; a NaN stays.
static ${real} positive(const ${real} tap) { return (tap < 0) ? 0 : tap; }

// A number of 24 bits in [0, 1), the same for a seed and a position on every device.
static ${real} uniform(const ulong number, const ulong seed)
{
    // Scalars, so that compilers can put neighbouring positions into vectors.
    uint c0 = (uint)number, c1 = (uint)(number >> 32), c2 = 0, c3 = 0;
    uint key0 = (uint)seed, key1 = (uint)(seed >> 32);
    for (int turn = 0; turn < 10; ++turn) {
% for name, (factor, word) in factors.items():
%   if spec.block:
        const uint ${name}_high = mul_hi(${factor}u, ${word}), ${name} = ${factor}u * ${word};
%   else:
        const ulong ${name} = (ulong)${factor} * ${word};
%   endif
% endfor
<% high = (lambda name: f"{name}_high") if spec.block else lambda name: f"(uint)({name} >> 32)" %>\
        c0 = ${high("right")} ^ c1 ^ key0;
        c1 = ${"right" if spec.block else "(uint)right"};
        c2 = ${high("left")} ^ c3 ^ key1;
        c3 = ${"left" if spec.block else "(uint)left"};
        key0 += 0x9E3779B9;
        key1 += 0xBB67AE85;
    }
    return (${real})(c0 >> 8) * (${real})0x1p-24f;
}
</%def>
