import type { DescribedComponent } from '#domain/difference'
import type { Count, ObservedComponent } from '#domain/environment'
import { componentKey } from '#domain/environment'
import { isKind } from './forecast-facts.ts'
import type { Plan, PlanLine, RescueItem } from './plan.ts'
import type { UnsavedContent } from './unsaved-content.ts'
import { isFileColumn, mayHaveNotes, mayHaveParties, mayHoldFiles, unsavedOfColumn } from './unsaved-content.ts'
import type { ComesBack, LossKind, PlannedComponent, PlannedLoss } from './planned-component.ts'

/** Something that has to be counted in the target, because it is lost when a component goes. */
export interface LossQuestion {
  readonly kind: LossKind
  readonly component: { readonly kind: string; readonly key: string; readonly id: string }
  /** Logical names of the table, and of the column, where rows or values are meant. */
  readonly table: string | undefined
  readonly column: string | undefined
  /** Of values: what goes with them and cannot be saved; absent where there is nothing. */
  readonly unsaved?: UnsavedContent
  /** Of rows: whether notes may hang on them. */
  readonly hasNotes?: true
  /** Of rows: whether they are, or may be, activities with parties. */
  readonly hasParties?: true
  /** Of rows and values: whether they are, or may be with, contents of files and images. */
  readonly hasFiles?: true
}

/** What stands where nothing has been counted. */
export const notCounted: Count = { kind: 'unknown', why: 'It was not counted.' }

/**
 * What hangs on a component and goes with it [facts-2 §8: rows, values, role assignments, column security; the rest unverified]. `inside` is what
 * the installed version has in a table.
 */
export function lossesOf(
  component: ObservedComponent,
  described: DescribedComponent | undefined,
  inside: readonly DescribedComponent[] = [],
): readonly LossQuestion[] {
  return lossKindsOf(component, described, inside).map((kind) => ({
    kind,
    component: { kind: component.kind, key: component.key, id: component.id },
    table: kind === 'links' ? joiningTable(described) : isKind(component, 'Entity') ? component.key : component.table,
    column: isKind(component, 'Attribute') ? component.key.replace(/^[^.]*\./, '') : undefined,
    ...unsavedWith(kind, described),
    ...(kind === 'rows' && mayHaveNotes(described) ? { hasNotes: true as const } : {}),
    ...(kind === 'rows' && mayHaveParties(described) ? { hasParties: true as const } : {}),
    ...((kind === 'rows' && mayHoldFiles(described, inside)) || (kind === 'values' && isFileColumn(described))
      ? { hasFiles: true as const }
      : {}),
  }))
}

function unsavedWith(kind: LossKind, described: DescribedComponent | undefined): Pick<LossQuestion, 'unsaved'> {
  if (kind !== 'values') return {}
  const unsaved = unsavedOfColumn(described)
  return unsaved.what.length === 0 ? {} : { unsaved }
}

function lossKindsOf(
  component: ObservedComponent,
  described: DescribedComponent | undefined,
  inside: readonly DescribedComponent[],
): readonly LossKind[] {
  switch (component.kind.toLowerCase()) {
    case 'entity':
      return inside.some((part) => isSecured(part) === true) ? ['rows', 'sharing', 'column-security'] : ['rows', 'sharing']
    case 'attribute':
      return isSecured(described) === false ? ['values'] : ['values', 'column-security']
    case 'entityrelationship':
      return isOneToMany(described) ? [] : ['links']
    case 'role':
      return ['role-assignments']
    case 'fieldsecurityprofile':
      return ['column-security']
    case 'workflow':
      return processLosses(described)
    case 'environmentvariabledefinition':
      return ['variable-value']
    case 'canvasapp':
      return ['sharing']
    default:
      return []
  }
}

/** Undefined where the definition is not at hand. Described components say it in words, as for people; files with 1. */
function isSecured(described: DescribedComponent | undefined): boolean | undefined {
  return described === undefined ? undefined : described.facts.some((fact) => fact.path === 'IsSecured' && /^(1|on)$/.test(fact.value))
}

/** Links of one row to many are the values of the lookup column, which is a component of its own. */
function isOneToMany(described: DescribedComponent | undefined): boolean {
  return described?.facts.some((fact) => fact.path === 'EntityRelationshipType' && /^one ?to ?many$/i.test(fact.value)) === true
}

/** Logical name of the table whose rows are the links of a many-to-many relationship; undefined where its definition is not at hand. */
function joiningTable(described: DescribedComponent | undefined): string | undefined {
  return described?.facts.find((fact) => fact.path === 'IntersectEntityName')?.value.toLowerCase()
}

function processLosses(described: DescribedComponent | undefined): readonly LossKind[] {
  if (described?.noun === undefined) return ['process-instances', 'run-history']
  return /flow/i.test(described.noun) && !/process flow/i.test(described.noun) ? ['run-history'] : ['process-instances']
}

/** Whether anything is, or may be, lost. */
export function isLost(count: Count): boolean {
  return !(count.kind === 'exact' && count.n === 0)
}

/** A definition returns with the release that has it; what hung on it does not, or not all of it. */
export function comesBackWith(losses: readonly PlannedLoss[]): ComesBack {
  return losses.some((loss) => isLost(loss.count)) ? 'with-loss' : 'yes'
}

/** The planned components with what was counted; answers are in the order of the questions. */
export function withCounts(
  components: readonly PlannedComponent[],
  questions: readonly LossQuestion[],
  counts: readonly Count[],
): readonly PlannedComponent[] {
  const counted = new Map(questions.map((question, at) => [`${componentKey(question.component)} ${question.kind}`, counts[at]]))
  return components.map((component) => {
    if (component.losses.length === 0) return component
    const losses = component.losses.map((loss) => ({
      ...loss,
      count: counted.get(`${componentKey(component)} ${loss.kind}`) ?? loss.count,
    }))
    const comesBack = component.comesBack === 'yes' ? comesBackWith(losses) : component.comesBack
    return { ...component, losses, comesBack }
  })
}

/** What of a plan is read before it goes. */
export interface PlannedRescue {
  readonly rescue: readonly RescueItem[]
  readonly watched?: readonly RescueItem[] | undefined
}

/**
 * What is saved before it goes: rows of whole tables with their notes, parties, shares, files and images, of tables that stay the values of columns that
 * go, a table each, and links of relationships.
 * Links of a relationship that goes with one of its tables are found in the target when they are saved. What is certainly empty is watched: rows may
 * come in until it goes.
 */
export function planRescue(
  components: readonly PlannedComponent[],
  questions: readonly LossQuestion[] = [],
): Pick<Plan, 'rescue' | 'watched'> {
  const going = components.filter(({ effect, losses }) => effect === 'destroy' && losses.some(({ kind }) => dataLosses.includes(kind)))
  const isEmpty = ({ losses }: PlannedComponent): boolean => !losses.some((loss) => dataLosses.includes(loss.kind) && isLost(loss.count))
  const watched = planItems(going.filter(isEmpty), questions)
  return {
    rescue: planItems(
      going.filter((component) => !isEmpty(component)),
      questions,
    ),
    ...(watched.length === 0 ? {} : { watched }),
  }
}

/** All that an attempt reads before it destroys anything. */
export function savedBefore({ rescue, watched = [] }: PlannedRescue): readonly RescueItem[] {
  return [...rescue, ...watched]
}

function planItems(components: readonly PlannedComponent[], questions: readonly LossQuestion[]): readonly RescueItem[] {
  const tables: RescueItem[] = []
  const columns = new Map<string, string[]>()
  const files = new Map<string, string[]>()
  for (const component of components) {
    const hasFiles = questionOf(component, questions)?.hasFiles === true
    if (isKind(component, 'Entity')) {
      tables.push({ table: component.key, columns: undefined }, ...planHanging(component, questions))
      if (hasFiles) tables.push({ table: component.key, columns: undefined, contents: true })
    } else if (isKind(component, 'Attribute') && component.table !== undefined) {
      const found = hasFiles ? files : columns
      found.set(component.table, [...(found.get(component.table) ?? []), component.key.replace(/^[^.]*\./, '')])
    }
  }
  return [
    ...tables,
    ...[...columns].map(([table, names]) => ({ table, columns: names.sort() })),
    ...[...files].map(([table, names]) => ({ table, columns: names.sort(), contents: true as const })),
    ...planLinks(components, questions),
  ]
}

/** Of a component whose rows, values or links go: what was asked of them. */
function questionOf(component: PlannedComponent, questions: readonly LossQuestion[]): LossQuestion | undefined {
  return questions.find((one) => dataLosses.includes(one.kind) && componentKey(one.component) === componentKey(component))
}

/** Tables of the platform, by their logical names. */
export const notesTable = 'annotation'
export const sharesTable = 'principalobjectaccess'
export const partiesTable = 'activityparty'

/** What hangs on rows and is rows of the platform's own: it goes with them, and is let go with them. */
function planHanging({ key, losses, ...component }: PlannedComponent, questions: readonly LossQuestion[]): readonly RescueItem[] {
  const asked = questions.find((one) => one.kind === 'rows' && componentKey(one.component) === componentKey({ ...component, key }))
  const isShared = losses.some(({ kind, count }) => kind === 'sharing' && isLost(count))
  return [
    ...(asked?.hasNotes === true ? [{ table: notesTable, columns: undefined, regarding: key }] : []),
    ...(asked?.hasParties === true ? [{ table: partiesTable, columns: undefined, regarding: key }] : []),
    ...(isShared ? [{ table: sharesTable, columns: undefined, regarding: key }] : []),
  ]
}

function planLinks(components: readonly PlannedComponent[], questions: readonly LossQuestion[]): readonly RescueItem[] {
  const tables = new Map(questions.flatMap(({ kind, component, table }) => (kind === 'links' ? [[componentKey(component), table]] : [])))
  return components.flatMap((component): RescueItem[] => {
    const table = tables.get(componentKey(component))
    const hasLinks = component.losses.some(({ kind }) => kind === 'links')
    if (table === undefined || !hasLinks) return []
    return [{ table, columns: undefined, relationship: component.key }]
  })
}

/** What goes for good with a component, because nothing saves it: said of each, so that somebody can note it down before. */
export function planUnsaved(
  components: readonly PlannedComponent[],
  rescue: readonly RescueItem[],
  questions: readonly LossQuestion[],
): readonly PlanLine[] {
  return components.flatMap((component): PlanLine[] => {
    const lost = component.effect === 'destroy' ? component.losses.filter(({ count }) => isLost(count)).map(({ kind }) => kind) : []
    const isSavedLink = rescue.some(({ relationship }) => relationship === component.key)
    return [
      ...(lost.includes('links') && !isSavedLink ? ['Its links between rows are not saved: which table holds them cannot be told.'] : []),
      ...(lost.includes('variable-value')
        ? ['The value that it has there is not saved: note it down where the settings do not hold it.']
        : []),
    ]
      .map((message): PlanLine => ({ subject: component.name, effect: 'delete', message, certainty: 'known' }))
      .concat(planLeftOut(component, lost, questions))
  })
}

/** Beside the values that are saved: parties, which are rows of their own. */
function planLeftOut(component: PlannedComponent, lost: readonly LossKind[], questions: readonly LossQuestion[]): readonly PlanLine[] {
  const asked = questionOf(component, questions)
  if (asked === undefined || !lost.includes(asked.kind)) return []
  const { what = [], certainty = 'known' } = asked.unsaved ?? {}
  if (what.length === 0) return []
  const message = `A rescue does not save ${what.join('; ')}: take a copy before where it matters.`
  return [{ subject: component.name, effect: 'delete', message, certainty }]
}

function isSaved(loss: PlannedLoss): boolean {
  return loss.kind === 'rows' || loss.kind === 'values'
}

/** Whether rows, values or links go, or may go: what people have entered. */
export function losesData(components: readonly PlannedComponent[]): boolean {
  return components.some(
    ({ effect, losses }) => effect === 'destroy' && losses.some((loss) => dataLosses.includes(loss.kind) && isLost(loss.count)),
  )
}

const dataLosses: readonly LossKind[] = ['rows', 'values', 'links']

/** Expand, migrate, contract: how the same end is reached without deleting data that is in use (PET-12). */
export function planSaferWay(components: readonly PlannedComponent[]): readonly string[] {
  const losing = components.filter(
    (component) => component.effect === 'destroy' && component.losses.some((loss) => isSaved(loss) && isLost(loss.count)),
  )
  if (losing.length === 0) return []
  const named = listed(losing.map((component) => (component.table === undefined ? component.name : `${component.table}.${component.name}`)))
  return [
    `Expand: release a version that brings what replaces ${named}, and keeps ${losing.length === 1 ? 'it' : 'them'}.`,
    'Migrate: move the rows and values in the target, and let nothing write the old place any more.',
    `Contract: when ${losing.length === 1 ? 'it is' : 'they are'} empty in every target, release the version that leaves ${losing.length === 1 ? 'it' : 'them'} out; then nothing is lost.`,
  ]
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ')
  return names.length <= 5 ? shown : `${shown} and ${names.length - 5} more`
}
