import type { Content, Deed, Extras, Sequence, Trouble } from './sequence.ts'

/** A sequence as people would type it, with what else happens in brackets. */
export function commandsOf({ mayFall, begins, stages, flowInStage, turnsNewFlowsOn, steps }: Sequence): readonly string[] {
  let releases = 0
  const lines = steps.map((deed) => {
    if (deed.deed === 'promote') return `${promoted(deed, releases++)}${troubleOf(deed)}`
    return `${lineOf(deed)}${troubleOf(deed)}`
  })
  return [
    ...(mayFall ? ['(production takes a managed update of a lower version)'] : []),
    ...(stages ? ['(upgrades that take data away are staged)'] : []),
    ...(flowInStage === undefined ? [] : [`(the settings of the stage want the flow ${flowInStage})`]),
    ...(turnsNewFlowsOn ? ['(imports turn new flows on)'] : []),
    ...(begins === 'brown' ? ['(Permits 0.9 is there by other hands, and accepted as the baseline)'] : []),
    ...lines,
  ]
}

function promoted({ content, extras }: { readonly content: Content; readonly extras: Extras }, index: number): string {
  const tables = Object.entries(content).map(([table, shown]) => {
    const columns = Object.entries(shown).map(([column, length]) => `${column} ${length}`)
    return `${table}: ${columns.join(', ') || 'no columns'}`
  })
  const others = [
    ...(extras.flow === undefined ? [] : [`flow of the ${extras.flow.says}, ${extras.flow.state}`]),
    ...(extras.hasFee ? ['variable hand_Fee'] : []),
    ...(extras.row === undefined ? [] : [`row ${extras.row}`]),
  ]
  return `drover promotion request <Permits 1.${index}.0.0> --to prod  (${[...tables, ...others].join('; ')})`
}

function lineOf(deed: Exclude<Deed, { deed: 'promote' }>): string {
  switch (deed.deed) {
    case 'rollback': {
      const way = deed.way === undefined ? '' : ` --way ${deed.way}`
      const to = deed.to === undefined ? '' : ` --to <the ${deed.to + 1}. newest release>`
      return `drover rollback prod Permits${way}${to}${deed.way === 'uninstall' ? ' --confirm prod' : ''} --reason "…"`
    }
    case 'resume-promotion':
      return 'drover promotion resume <the last> --reason "…"'
    case 'resume-stage':
      return 'drover env resume prod Permits --reason "…"'
    case 'finish-migration':
      return deed.isWanted ? 'drover promotion finish-migration <the last> --comment "…"' : 'drover promotion withdraw <the last>'
    case 'accept':
      return 'drover drift accept prod <the first> --reason "…" --owner olga --days 30 --then keep'
    case 'revert':
      return 'drover drift revert prod <the first> --reason "…", and --confirm by a second person'
    case 'baseline':
      return 'drover baseline accept prod --comment "…"'
    case 'restore':
      return 'drover rescue restore <the newest> --reason "…"'
    case 'tweak':
      return `(by hand: ${deed.table}.${deed.column} gets ${deed.length} characters)`
    case 'switch-flow':
      return `(by hand: the flow is switched ${deed.to})`
    case 'neighbour':
      return `(a solution of another publisher comes${deed.onOurs ? ', with a column on hand_boat' : ''})`
    case 'rows':
      return `(${deed.count} rows in ${deed.table})`
  }
}

function troubleOf(deed: Deed): string {
  const letsGo = 'letsGo' in deed && !deed.letsGo ? '  (nobody lets data go)' : ''
  return 'trouble' in deed ? `${letsGo}${wordsOf(deed.trouble)}` : ''
}

function wordsOf(trouble: Trouble): string {
  switch (trouble.kind) {
    case 'none':
      return ''
    case 'kills':
      return `  (the worker is killed at occasions ${trouble.at.join(', ')})`
    case 'breaks':
      return `  (it breaks before step ${trouble.at})`
    case 'drops':
      return `  (the connection drops ${trouble.when} requests ${trouble.at} to ${trouble.at + trouble.count - 1})`
    case 'errors':
      return `  (503 to requests ${trouble.at} to ${trouble.at + trouble.count - 1})`
    case 'loses-component':
      return '  (components fail inside the import)'
  }
}
