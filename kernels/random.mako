## Random numbers without a state: Philox4x32 with ten rounds (Salmon et al. 2011, "Parallel random
## numbers: as easy as 1, 2, 3"), keyed by a seed, counting positions.
<%def name="philox()"><% real = spec.accumulator %>
// What is drawn from: nothing below zero; a NaN stays.
static ${real} positive(const ${real} tap) { return (tap < 0) ? 0 : tap; }

// A number of 24 bits in [0, 1), the same for a seed and a position on every device.
static ${real} uniform(const ulong number, const ulong seed)
{
    uint4 c = (uint4)((uint)number, (uint)(number >> 32), 0, 0);
    uint2 key = (uint2)((uint)seed, (uint)(seed >> 32));
    for (int turn = 0; turn < 10; ++turn) {
        const ulong left = (ulong)0xD2511F53 * c.x, right = (ulong)0xCD9E8D57 * c.z;
        c = (uint4)((uint)(right >> 32) ^ c.y ^ key.x, (uint)right, (uint)(left >> 32) ^ c.w ^ key.y, (uint)left);
        key += (uint2)(0x9E3779B9, 0xBB67AE85);
    }
    return (${real})(c.x >> 8) * (${real})0x1p-24f;
}
</%def>
