/// The style sheet of pages: calm type, colours for light and dark, and paper.
enum PageStyle {
  /// Colours of curves are Okabe and Ito's, darker on light ground and lighter on dark for contrast.
  static let sheet: StaticString = """
    :root{color-scheme:light dark;--page:#fbfaf7;--panel:#fff;--ink:#1d1c1a;--soft:#5f5b54;\
    --rule:#e2ded6;--grid:#ece9e2;--zone:#e9f1ea;--zone-edge:#8fb09a;\
    --c0:#0067a5;--c1:#c24a00;--c2:#00805d;--c3:#a8417f;--c4:#a66f00;--c5:#2b7fb8;--c6:#5b5bb0;\
    --base:#4a4742;--matches:#00665a;--better:#0a5ca8;--worse:#b03a00;--undecided:#6a5a2e;\
    --few:#5f5b54;--badge-ink:#fff}
    @media screen and (prefers-color-scheme:dark){:root{--page:#141517;--panel:#1b1d20;\
    --ink:#ebe8e2;--soft:#a9a59d;--rule:#34363b;--grid:#292b2f;--zone:#1f2d27;--zone-edge:#4f7a63;\
    --c0:#5cb3ec;--c1:#f08a4b;--c2:#3fc79c;--c3:#e08fc0;--c4:#e3b341;--c5:#8fcbf2;--c6:#a6a6f0;\
    --base:#c9c5bd;--matches:#4cc2ae;--better:#62b0f5;--worse:#f58b55;--undecided:#d0b870;\
    --few:#a9a59d;--badge-ink:#10110f}}
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
    body{margin:0;background:var(--page);color:var(--ink);\
    font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;\
    overflow-wrap:anywhere}
    header,main,footer{max-width:72rem;margin:0 auto;padding:0 1rem}
    header{padding-top:2.25rem}
    h1,h2,h3{line-height:1.2;font-weight:650;letter-spacing:-.012em;text-wrap:balance}
    h1{font-size:clamp(1.6rem,1.2rem + 2vw,2.4rem);margin:.1em 0 .25em}
    h2{font-size:1.4rem;margin:0 0 .4rem}
    h3{font-size:1.02rem;margin:0}
    p{margin:.4rem 0;max-width:46rem}
    a{color:inherit;text-decoration-color:var(--soft);text-underline-offset:.2em}
    :focus-visible{outline:2px solid var(--c0);outline-offset:2px}
    .eyebrow{margin:0;color:var(--soft);font-size:.8rem;letter-spacing:.06em;\
    text-transform:uppercase}
    .facts,.lead,.cost,figcaption p,.footnotes,.command{color:var(--soft)}
    .facts{margin:0;font-size:.92rem}
    nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;list-style:none;margin:1rem 0 0;padding:0;\
    font-size:.92rem}
    section{margin:3.5rem 0 0}
    #verdict{margin-top:1.5rem}
    .quiet{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
    .verdict{border-left:.35rem solid var(--v,var(--few));background:var(--panel);\
    padding:1.1rem 1.25rem 1.2rem;margin:0 0 1rem;border-radius:0 .4rem .4rem 0}
    .headline{font-size:clamp(1.25rem,1rem + 1.5vw,1.85rem);line-height:1.25;font-weight:600;\
    letter-spacing:-.015em;margin:.55rem 0 .5rem;max-width:none;text-wrap:pretty}
    .cost{font-size:.95rem}
    .many{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,21rem),1fr));gap:.8rem}
    .many .verdict{padding:.7rem .9rem .8rem;margin:0}
    .many .headline{font-size:1.05rem;margin:.4rem 0 .3rem}
    .many .cost,.many .notes{font-size:.85rem}
    .notes{margin:.6rem 0 0;padding-left:1.1rem;max-width:52rem}
    .notes li{margin:.15rem 0}
    .matches{--v:var(--matches)}.better{--v:var(--better)}.worse{--v:var(--worse)}
    .undecided{--v:var(--undecided)}.few,.none{--v:var(--few)}
    .badge{display:inline-block;background:var(--v);color:var(--badge-ink);border-radius:.25rem;\
    padding:.05rem .5rem .1rem;font-size:.82rem;font-weight:600;line-height:1.4;white-space:nowrap}
    .badge.few,.badge.none,.badge.undecided{background:none;color:var(--v);\
    box-shadow:inset 0 0 0 1.5px var(--v)}
    .comparison{margin:2rem 0 0}
    .comparison>h3{font-size:1.1rem}
    .sides{margin:.5rem 0 0;font-size:.92rem}
    .sides div{display:flex;gap:.6rem}
    .sides dt{font-weight:650}
    .sides dd{margin:0;min-width:0}
    .sub{display:block;color:var(--soft);font-size:.86em;font-weight:400}
    .command{font-size:.88rem}
    code,dd code,#provenance dd{font-family:ui-monospace,"SF Mono",Menlo,Consolas,\
    "Liberation Mono",monospace;font-size:.86em}
    .scroll{overflow-x:auto;margin:1rem 0 0;border-top:1px solid var(--rule);\
    border-bottom:1px solid var(--rule);overflow-wrap:normal}
    table{border-collapse:collapse;font-size:.88rem;line-height:1.35;\
    font-variant-numeric:tabular-nums lining-nums;min-width:100%}
    caption{text-align:left;padding:.6rem .25rem .1rem;font-weight:600;color:var(--soft);\
    font-size:.92em}
    th,td{padding:.42rem .8rem .42rem .25rem;text-align:left;vertical-align:top;font-weight:400}
    .n{text-align:right}td.n{white-space:nowrap}
    thead th{color:var(--soft);font-size:.9em;vertical-align:bottom;\
    border-bottom:1px solid var(--rule)}
    tbody tr+tr>*{border-top:1px solid var(--grid)}
    td:first-child{min-width:6.4rem}
    tbody th{font-weight:600;min-width:9.5rem;max-width:17rem;overflow-wrap:anywhere}
    td{max-width:22rem}
    .footnotes{font-size:.84rem;max-width:60rem}
    .plots{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,26rem),1fr));\
    gap:2rem 2.2rem;margin:1.4rem 0 0}
    .plots.small{grid-template-columns:repeat(auto-fill,minmax(min(100%,19rem),1fr))}
    .plot{min-width:0;container-type:inline-size}
    figure{margin:0}
    figcaption p{margin:.1rem 0 0;font-size:.86rem}
    .legend{display:flex;flex-wrap:wrap;gap:.15rem 1rem;list-style:none;margin:.4rem 0 .5rem;\
    padding:0;font-size:.84rem;color:var(--soft)}
    .legend li{display:flex;gap:.45rem;align-items:flex-start;min-width:0}
    .legend svg{flex:none;margin-top:.28em}
    figure>svg{display:block;width:100%;height:auto;overflow:visible}
    .empty{color:var(--soft);font-style:italic}
    svg text{font-size:14.5px;fill:var(--soft);font-variant-numeric:tabular-nums}
    @container (min-width:400px){svg text{font-size:13px}}
    @container (min-width:460px){svg text{font-size:12px}}
    @container (min-width:520px){svg text{font-size:11px}}
    @container (min-width:620px){svg text{font-size:9.5px}}
    @container (min-width:800px){svg text{font-size:7.5px}}
    svg .end{text-anchor:end}svg .mid{text-anchor:middle}
    svg .row{fill:var(--ink);stroke:var(--page);stroke-width:3;paint-order:stroke;\
    stroke-linejoin:round}svg .phase{font-style:italic}
    svg path{fill:none}
    .grid{stroke:var(--grid)}.axis{stroke:var(--soft)}
    .border{stroke:var(--soft);stroke-dasharray:3 3;stroke-width:.8}
    .zero{stroke:var(--soft);stroke-width:1.2}
    svg .zone{fill:var(--zone);stroke:none}
    .legend .zone{stroke:var(--zone-edge)}
    .s0{--c:var(--c0)}.s1{--c:var(--c1)}.s2{--c:var(--c2)}.s3{--c:var(--c3)}.s4{--c:var(--c4)}
    .s5{--c:var(--c5)}.s6{--c:var(--c6)}.base{--c:var(--base)}.chance,.ink{--c:var(--soft)}
    .level.chance{stroke-width:1.8;stroke-linecap:round}
    .v-matches{--c:var(--matches)}.v-better{--c:var(--better)}.v-worse{--c:var(--worse)}
    .v-undecided{--c:var(--undecided)}.v-few,.v-none{--c:var(--few)}
    .curve{stroke:var(--c);stroke-width:1.6;stroke-linejoin:round}
    .level{stroke:var(--c);stroke-width:1.3}
    .whisker{stroke:var(--c);stroke-width:1.2}
    .reach{stroke:var(--c);stroke-width:1.5}
    svg .mark{fill:var(--c);stroke:var(--page);stroke-width:.8}
    svg .hollow{fill:var(--page);stroke:var(--c);stroke-width:1.5}
        svg .area{fill:var(--c);opacity:.14}svg .band{fill:var(--c);opacity:.12}
    details{margin:.7rem 0 0}
    summary{cursor:pointer;color:var(--soft);font-size:.88rem}
    footer{margin-top:4rem;padding-top:1.5rem;padding-bottom:3rem}
    footer h2{border-top:1px solid var(--rule);padding-top:1.2rem}
    footer dl{margin:0;font-size:.9rem}
    footer dl div{display:grid;grid-template-columns:minmax(8rem,14rem) 1fr;gap:0 1.2rem;\
    padding:.3rem 0;border-bottom:1px solid var(--grid)}
    footer dt{color:var(--soft)}footer dd{margin:0;min-width:0;white-space:pre-wrap}
    @media (max-width:600px){
    footer dl div{grid-template-columns:1fr}
    .scroll .h{position:sticky;left:0;\
    background:var(--page);max-width:9.5rem}
    table{width:max-content}
    section{margin-top:2.75rem}}
    @page{size:A4;margin:15mm 14mm}
    @media print{:root{color-scheme:light;--page:#fff}
    body{font-size:9.5pt;background:#fff;print-color-adjust:exact;-webkit-print-color-adjust:exact}
    header,main,footer{max-width:none;padding-left:0;padding-right:0}header{padding-top:0}
    nav{display:none}
    section,footer{margin-top:1.6rem}
    h2,h3,.lead,figcaption,.legend,caption,summary{break-after:avoid}
    .verdict,figure,tr,.sides,.lead{break-inside:avoid}
    .verdict{border:1px solid var(--rule);border-left:.35rem solid var(--v)}
    .plots,.plots.small{grid-template-columns:1fr 1fr;gap:1rem 1.5rem}
    .plot:has(details){grid-column:1/-1}
    .plot:has(details) figure>svg{width:62%}
    .scroll{overflow:visible}
    table{font-size:7.6pt;min-width:0;width:100%}
    th,td{padding:.2rem .45rem .2rem 0;max-width:none}
    tbody th{min-width:8em}td:first-child{min-width:5em}
    table .badge{font-size:.92em}
    thead{display:table-header-group;break-after:avoid}caption{break-after:avoid}
    details::details-content{content-visibility:visible;display:block;block-size:auto}
    a{text-decoration:none}}
    """
}
