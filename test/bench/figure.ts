/** What a figure has to be: its ratio to the peer, or itself. */
export interface Goal {
  readonly of: 'ratio' | 'value'
  readonly relation: '≤' | '≥'
  readonly bound: number
}

/** One measured figure of snapthaw, beside that of a peer which was measured in the same run. */
export interface Figure {
  readonly figure: string
  readonly value: number
  readonly unit: string
  readonly against?: {
    readonly peer: string
    readonly value: number
    /** Ours to theirs: the median of interleaved pairs, which a machine that is busy now and then disturbs least. */
    readonly ratio: number
  }
  readonly goal?: Goal
}

export function atMost(bound: number, of: Goal['of'] = 'ratio'): Goal {
  return { of, relation: '≤', bound }
}

export function atLeast(bound: number, of: Goal['of'] = 'ratio'): Goal {
  return { of, relation: '≥', bound }
}

/** Undefined where there is no goal. */
export function isMet({ value, against, goal }: Figure): boolean | undefined {
  if (goal === undefined) return undefined
  const measured = goal.of === 'value' ? value : (against?.ratio ?? Number.NaN)
  return goal.relation === '≤' ? measured <= goal.bound : measured >= goal.bound
}

/** The figures as a table in Markdown. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map(figure => {
    const { value, unit, against, goal } = figure
    const met = isMet(figure)
    return [
      figure.figure,
      `${shown(value)} ${unit}`.trim(),
      against === undefined ? '–' : `${against.peer}: ${shown(against.value)} ${unit}`.trim(),
      against === undefined ? '–' : `${shown(against.ratio)}×`,
      goal === undefined
        ? '–'
        : `${goal.relation} ${goal.bound}${goal.of === 'ratio' ? '×' : ` ${unit}`.trimEnd()}`,
      met === undefined ? '–' : met ? 'yes' : '**no**',
    ]
  })
  const lines = [
    ['figure', 'snapthaw', 'against', 'ratio', 'goal', 'met'],
    Array<string>(6).fill('---'),
    ...rows,
  ]
  return lines.map(cells => `| ${cells.join(' | ')} |\n`).join('')
}

/** Three digits that matter. */
function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))
}
