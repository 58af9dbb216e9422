/**
 * What solutions do to four components, told a second time and as simply as can be: a test compares an emulator with it. Written from
 * the documented rules of layers, updates, upgrades, patches and uninstalls; it shares no code with the emulator.
 */
export type ComponentName = 'role' | 'table' | 'column' | 'choice'
export const componentNames: readonly ComponentName[] = ['role', 'table', 'column', 'choice']

/** What a package says of a component: a text, the options of a choice, or nothing but that it is the place of a column. */
export type Say = string | readonly number[] | 'PLACE'
export type Content = Partial<Record<ComponentName, Say>>

interface Layer {
  readonly solution: string
  /** The solution that a patch or pending upgrade belongs to. */
  readonly family: string
  readonly publisher: string
  readonly say: Say
}

interface State {
  readonly layers: readonly Layer[]
  /** The unmanaged layer: a text, a whole choice where it is the base, or what it changes of a managed one. */
  readonly active?: string | readonly number[] | { readonly added: readonly number[]; readonly removed: readonly number[] }
}

interface Installed {
  readonly publisher: string
  readonly patchOf?: string
}

export type Outcome = 'done' | `0x${string}`

const upgradeOf = (name: string): string => `${name}_Upgrade`

export class LayerModel {
  #solutions = new Map<string, Installed>()
  #states = new Map<ComponentName, State>()

  solutions(): readonly string[] {
    return [...this.#solutions.keys()].sort()
  }

  /** What everybody sees of a component; undefined when there is none. Options are in order of their numbers. */
  effective(name: ComponentName): string | readonly number[] | undefined {
    const state = this.#states.get(name)
    if (state === undefined) return undefined
    const { active } = state
    if (name !== 'choice') return typeof active === 'string' ? active : String(speaking(state.layers).at(-1)?.say)
    if (Array.isArray(active)) return sorted(active)
    const managed = optionsOf(state.layers)
    if (active === undefined || typeof active === 'string' || !('added' in active)) return managed
    return sorted([...managed.filter((option) => !active.removed.includes(option)), ...active.added])
  }

  /** Solutions with a managed layer, bottom first. */
  stack(name: ComponentName): readonly string[] {
    return (this.#states.get(name)?.layers ?? []).map((layer) => layer.solution)
  }

  isInstalled(name: string): boolean {
    return this.#solutions.has(name)
  }

  update(name: string, publisher: string, content: Content, isOverwrite: boolean): Outcome {
    if (this.#solutions.has(name) && this.#patchesOf(name).length > 0) return '0x80048538'
    if (this.#solutions.has(upgradeOf(name))) return '0x80048539'
    return this.#bring({ solution: name, family: name, publisher }, content, isOverwrite)
  }

  hold(name: string, publisher: string, content: Content, isOverwrite: boolean): Outcome {
    if (this.#solutions.has(upgradeOf(name))) return '0x80048539'
    if (!this.#solutions.has(name)) return '0x8004F083'
    return this.#bring({ solution: upgradeOf(name), family: name, publisher }, content, isOverwrite)
  }

  stageAndUpgrade(name: string, publisher: string, content: Content, isOverwrite: boolean): Outcome {
    if (!this.#solutions.has(name)) return this.update(name, publisher, content, isOverwrite)
    const held = this.hold(name, publisher, content, isOverwrite)
    if (held !== 'done') return held
    return this.promote(name) === 'done' ? 'done' : '0x8004F046'
  }

  patch(name: string, base: string, publisher: string, content: Content, isOverwrite: boolean): Outcome {
    if (!this.#solutions.has(base)) return '0x80048540'
    if (this.#solutions.has(upgradeOf(base))) return '0x80048539'
    return this.#bring({ solution: name, family: base, publisher }, content, isOverwrite, base)
  }

  /** The upgrade takes the lowest place that its base and patches had; what it does not have goes with them. */
  promote(name: string): Outcome {
    const upgrade = upgradeOf(name)
    if (!this.#solutions.has(name) || !this.#solutions.has(upgrade)) return '0x8004853B'
    const old = [name, ...this.#patchesOf(name)]
    const next = this.#without(old, (state) => !state.layers.some((layer) => layer.solution === upgrade))
    if (next === undefined) return '0x8004F01D'
    for (const [component, state] of next) {
      const own = state.layers.find((layer) => layer.solution === upgrade)
      if (own === undefined) continue
      const isFamily = (layer: Layer): boolean => layer === own || old.includes(layer.solution)
      const before = state.layers.filter((layer) => old.includes(layer.solution) && layer.say !== 'PLACE').at(-1)
      const say = own.say === 'PLACE' ? (before?.say ?? own.say) : own.say
      const lowest = state.layers.findIndex(isFamily)
      const layers = state.layers.flatMap((layer, at) =>
        at === lowest ? [{ ...own, solution: name, say }] : isFamily(layer) ? [] : [layer],
      )
      next.set(component, { ...state, layers })
    }
    this.#states = next
    for (const gone of [...old.slice(1), upgrade]) this.#solutions.delete(gone)
    return 'done'
  }

  /** Patches go with their base, which stays while its upgrade is pending; of an unmanaged solution only the container. */
  uninstall(name: string): Outcome {
    if (!this.#solutions.has(name)) return '0x80040217'
    if (this.#solutions.has(upgradeOf(name))) return '0x8004F01D'
    const names = [name, ...this.#patchesOf(name)]
    const next = this.#without(names, () => true)
    if (next === undefined) return '0x8004F01D'
    this.#states = next
    for (const gone of names) this.#solutions.delete(gone)
    return 'done'
  }

  /** An unmanaged import that is published at once. */
  customize(content: Content): Outcome {
    this.#solutions.set('Hand', { publisher: 'contoso' })
    for (const [name, say] of entriesOf(content)) {
      const state = this.#states.get(name) ?? { layers: [] }
      if (say === 'PLACE' || same(this.effective(name), say)) continue
      const isChange = state.layers.length > 0 && Array.isArray(say)
      const active = isChange ? changeOf(optionsOf(state.layers), say) : say
      this.#states.set(name, { ...state, active })
    }
    return 'done'
  }

  /** An unmanaged component goes itself, a table with the column in it. */
  removeActive(name: ComponentName): Outcome {
    const state = this.#states.get(name)
    if (state === undefined) return '0x80040217'
    if (state.layers.length > 0) this.#states.set(name, { layers: state.layers })
    else {
      this.#states.delete(name)
      if (name === 'table') this.#states.delete('column')
    }
    return 'done'
  }

  #patchesOf(name: string): readonly string[] {
    return [...this.#solutions].filter(([, { patchOf }]) => patchOf === name).map(([patch]) => patch)
  }

  #bring(from: Omit<Layer, 'say'>, content: Content, isOverwrite: boolean, patchOf?: string): Outcome {
    const parts = entriesOf(content)
    const isBaseUnmanaged = (name: ComponentName): boolean => this.#states.get(name)?.layers.length === 0
    if (parts.some(([name]) => isBaseUnmanaged(name))) return '0x8004F016'
    for (const [name, say] of parts) {
      const state = this.#states.get(name) ?? { layers: [] }
      const isOverwritten = isOverwrite && say !== 'PLACE' && state.active !== undefined
      const active = isOverwritten ? (Array.isArray(say) ? { added: [], removed: [] } : say) : state.active
      this.#states.set(name, { ...(active === undefined ? {} : { active }), layers: placed(state.layers, { ...from, say }) })
    }
    this.#solutions.set(from.solution, { publisher: from.publisher, ...(patchOf === undefined ? {} : { patchOf }) })
    return 'done'
  }

  /**
   * The states without the layers of solutions on the chosen components. Undefined when the base would go from under another publisher,
   * or a table from under a column that stays.
   */
  #without(names: readonly string[], isChosen: (state: State) => boolean): Map<ComponentName, State> | undefined {
    const next = new Map(this.#states)
    for (const [component, state] of this.#states) {
      if (!isChosen(state) || !state.layers.some((layer) => names.includes(layer.solution))) continue
      const voices = speaking(state.layers)
      const stays = voices.find((layer) => !names.includes(layer.solution))
      const [base] = voices
      if (base !== undefined && names.includes(base.solution) && stays !== undefined && stays.publisher !== base.publisher) return undefined
      if (stays === undefined) next.delete(component)
      else next.set(component, { ...state, layers: state.layers.filter((layer) => !names.includes(layer.solution)) })
    }
    if (this.#states.has('table') && !next.has('table')) {
      if ((next.get('column')?.layers.length ?? 0) > 0) return undefined
      next.delete('column')
    }
    return next
  }
}

/** Over its own old layer; a patch or upgrade right over its family; else on top. */
function placed(layers: readonly Layer[], layer: Layer): readonly Layer[] {
  const own = layers.findIndex(({ solution }) => solution === layer.solution)
  if (own >= 0) return layers.with(own, layer.say === 'PLACE' ? { ...layer, say: layers[own]?.say ?? layer.say } : layer)
  const isMember = layer.family !== layer.solution
  const under = isMember ? layers.findLastIndex(({ family }) => family === layer.family) : -1
  return under < 0 ? [...layers, layer] : layers.toSpliced(under + 1, 0, layer)
}

function speaking(layers: readonly Layer[]): readonly Layer[] {
  const voices = layers.filter((layer) => layer.say !== 'PLACE')
  return voices.length > 0 ? voices : layers
}

/** All options of all solutions; of a base, its patches and its pending upgrade the topmost speaks. */
function optionsOf(layers: readonly Layer[]): readonly number[] {
  const topmost = new Map(layers.map((layer) => [layer.family, layer.say]))
  return sorted([...topmost.values()].flatMap((say) => (typeof say === 'string' ? [] : say)))
}

function changeOf(managed: readonly number[], edited: readonly number[]): { added: readonly number[]; removed: readonly number[] } {
  return {
    added: edited.filter((option) => !managed.includes(option)),
    removed: managed.filter((option) => !edited.includes(option)),
  }
}

function sorted(options: readonly number[]): readonly number[] {
  return [...new Set(options)].sort((a, b) => a - b)
}

function same(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}

function entriesOf(content: Content): [ComponentName, Say][] {
  return componentNames.flatMap((name): [ComponentName, Say][] => {
    const say = content[name]
    return say === undefined ? [] : [[name, say]]
  })
}
