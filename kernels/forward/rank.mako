## rank: one item per output. The mode finds the key it wants among those of the window's taps.
<%inherit file="/kernel.mako"/>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="taps" file="reduce.mako"/>
<%namespace name="keys" file="keys.mako"/>
<%namespace name="output" file="output.mako"/>
<%namespace name="snippet" file="${context['spec'].mode.path}"/>
${keys.functions()}
__kernel void ${spec.label}(
    ${output.arguments()})
{
    const ${spec.position} ow = get_global_id(0);
    const ${spec.position} line = get_global_id(1);
    const uint outer = get_global_id(2);
    // The range is rounded up to whole groups.
    if (ow >= g.out_w || line >= g.out_d * g.out_h || outer >= g.outer0 * g.outer1) return;
    ${output.planes()}
    ${output.line()}
    ${window.start("w", "ow")}
    ${spec.position} count = 0;
    int nans = 0;
    ${snippet.find()}
    const long at = y_row + ow * g.y_w;
    ${spec.accumulator} value = (count == 0 || nans) ? ${identity} : ${snippet.value()};
% if spec.index:
    // The first tap of that key; or the last NaN, which wins over every other tap.
    ${spec.position} place = -1;
    ${keys.each()}
        if (nans ? ${keys.is_nan()} : place < 0 && key_of(tap) == found) {
            place = ${taps.flat()};
            value = tap;
        }
    ${taps.done()}
    store_index1(indices + g.index_offset + at, place);
% endif
    store1(y + g.y_offset + at, value);
}
