import type { HandMade } from '../conformance/hand-made.ts'

/** What happens in an environment before the release comes, and the release: small, and the same for the same seed. */
export interface Scene {
  readonly steps: readonly Step[]
  readonly release: HandMade
  /** Whether the file of the installed version is at hand for the forecast. */
  readonly knowsInstalled: boolean
  /** Whether an upgrade that destroys data goes in two steps. */
  readonly stagesUpgrades: boolean
  /** What is wanted of the flow that the release brings; absent where nobody says anything. */
  readonly flowWish?: FlowWish | undefined
}

/** In which state files, settings of the stage and the last release want, or wanted, the flow. */
export interface FlowWish {
  readonly release: FlowIs
  readonly settings: FlowIs | undefined
  readonly earlier: FlowIs | undefined
}

export type FlowIs = 'on' | 'off'

export type Step = { readonly kind: 'bring'; readonly how: Way; readonly solution: HandMade } | DataStep

/** In which way a file is imported; `stage` leaves the upgrade to be applied later. */
export type Way = 'update' | 'upgrade' | 'stage'

export interface DataStep {
  readonly kind: 'data'
  readonly rows: readonly Row[]
  /** Whether somebody gets the role. */
  readonly assignsRole: boolean
  /** What somebody switches the flow to, where it is there. */
  readonly switchesFlow?: FlowIs | undefined
}

/** A row of a table, with values in some columns; those whose column is not there are left out. */
export interface Row {
  readonly table: TableName
  readonly columns: readonly ColumnName[]
  /** Whether it points to a row of the other table, and has an option of the choice. */
  readonly isLinked: boolean
  readonly isSized: boolean
}

export const tables = ['hand_boat', 'hand_pier'] as const
export const columns = ['hand_a', 'hand_b', 'hand_c'] as const
export type TableName = (typeof tables)[number]
export type ColumnName = (typeof columns)[number]

/** The column of a table that points to the other table. */
export const lookupColumns: Readonly<Record<TableName, string>> = { hand_boat: 'hand_pierid', hand_pier: 'hand_boatid' }
export const otherTable: Readonly<Record<TableName, TableName>> = { hand_boat: 'hand_pier', hand_pier: 'hand_boat' }
/** The column of a table that takes its options from {@link choiceName}. */
export const sizeColumn = 'hand_sizing'
export const choiceName = 'hand_size'
export const formIds: Readonly<Record<TableName, string>> = {
  hand_boat: 'f0000000-0000-4000-8000-000000000001',
  hand_pier: 'f0000000-0000-4000-8000-000000000002',
}
export const viewIds: Readonly<Record<TableName, string>> = {
  hand_boat: 'e0000000-0000-4000-8000-000000000001',
  hand_pier: 'e0000000-0000-4000-8000-000000000002',
}
export const roleId = 'd0000000-0000-4000-8000-000000000001'
export const flowId = 'c0000000-0000-4000-8000-000000000001'
export const appName = 'hand_desk'
export const mapName = 'hand_map'
export const canvasName = 'hand_sketch_12345'
export const otherPublisher = 'somebodyelse'
export const ourSolution = 'Fleet'
export const makers = ['Fleet', 'Harbour', 'Quay', 'ByHand'] as const
export type Maker = (typeof makers)[number]
