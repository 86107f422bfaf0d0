## The most frequent tap of a window, of equally frequent ones the smallest.
<%! from math import prod %>
<%namespace name="keys" file="/common/sort_keys.mako"/>
<%namespace name="taps" file="/common/window_loop.mako"/>

<%def name="find()"><% size = prod(spec.kernel) %>
% if spec.mode.option("by") == "network":
    ${keys.gather(balanced=False)}
    ${keys.sort(size)}
% else:
    key k[${size}];
    ${keys.each()}
        k[count++] = key_of(tap);
    ${taps.done()}
    // Batcher's merge exchange (Knuth's Algorithm 5.2.2M) of as many keys as there are.
    int top = 1;
    while (2 * top < count) top *= 2;
    for (int p = top; p > 0; p >>= 1) {
        for (int q = top, r = 0, d = p;; d = q - p, q >>= 1, r = p) {
            for (int i = 0; i + d < count; ++i) {
                if ((i & p) == r) exchange(k + i, k + i + d);
            }
            if (q == p) break;
        }
    }
% endif
    // Equal keys are neighbours now.
    key found = k[0];
    int run = 0;
    int longest = 0;
    for (int i = 0; i < ${size}; ++i) {
        if (i >= count) break;
        run = (i > 0 && k[i] == k[i - 1]) ? run + 1 : 1;
        if (run > longest) {
            longest = run;
            found = k[i];
        }
    }
</%def>

<%def name="value()" buffered="True" filter="trim">value_of(found)</%def>
