## The functions of a kernel that move elements, for one width.
## in: nothing.
## out: the functions load, store, store_index, load_index, load_wide and selects of the width.
<%namespace name="memory" file="/common/access.mako"/>
<%namespace name="positions" file="/common/index_words.mako"/>
<%namespace name="whole" file="/common/load_store.mako"/>

<%def name="functions(lanes)">
<% aligned = lanes.n > 1 and spec.alignment_phase is not None %>
${whole.load(lanes, aligned)}
${whole.store(lanes, aligned)}
% if spec.index:
${positions.store(lanes, aligned)}
% endif
% if "weight_sum" in spec.mode.inputs:
static ${lanes.value} load_wide${lanes.n}(const __global ${spec.accumulator} *from) { \
    return ${memory.read(lanes, spec.accumulator, "__global", "from")}; }
% endif
% if "indices" in spec.mode.inputs:
${positions.load(lanes, aligned)}
% endif
% if "indices" in spec.mode.inputs and spec.mode.maps:
// Whether the windows of these taps selected the element `here`.
static ${lanes.mask} selects${lanes.n}(const __global ${spec.input_index_storage} *from, \
    const ${spec.position} here)
{
    const ${lanes.index_mask} same = load_index${lanes.n}(from) == here;
    return ${"same" if lanes.n == 1 or lanes.mask == lanes.index_mask else memory.convert(lanes,
        lanes.mask_base, "same")};
}
% endif
</%def>
