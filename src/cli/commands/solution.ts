import type { CommandSpec } from '../command.ts'
import { solutionCheck } from './solution-check.ts'
import { solutionComplete } from './solution-complete.ts'
import { solutionDiff } from './solution-diff.ts'
import { solutionInspect } from './solution-inspect.ts'
import { solutionPack } from './solution-pack.ts'
import { solutionUnpack } from './solution-unpack.ts'

/** The commands on solution files: apart, since they start and end within a moment and load nothing of the others. */
export const solutionCommands: readonly CommandSpec[] = [
  solutionUnpack,
  solutionPack,
  solutionDiff,
  solutionInspect,
  solutionCheck,
  solutionComplete,
]
