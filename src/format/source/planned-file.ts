import type { PackageFile } from '../package.ts'
import { type CopyPlan, XmlCopier } from '../xml/copy-xml.ts'
import { packagerStyle } from '../xml/write-xml.ts'

/** A source file that knows how its content is made; `bytes` makes it when it is first asked for. */
export interface PlannedFile extends PackageFile {
  readonly plan: CopyPlan
}

export function plannedFile(path: string, plan: CopyPlan): PackageFile {
  if (plan.runs.length === 0) return { path, bytes: plan.written }
  let bytes: Uint8Array | undefined
  const file: PlannedFile = {
    path,
    plan,
    get bytes() {
      bytes ??= createPlanReader()(plan)
      return bytes
    },
  }
  return file
}

/** The plan of a file that has one: another thread may carry it out. */
export function planOf(file: PackageFile): CopyPlan | undefined {
  return 'plan' in file ? (file as PlannedFile).plan : undefined
}

/** Carries plans out one after the other. What it gives may share memory with what it gives next, and stays as it is. */
export function createPlanReader(): (plan: CopyPlan) => Uint8Array {
  const copier = new XmlCopier({ lineEnd: packagerStyle.lineEnd ?? '\n', indent: packagerStyle.indent ?? 2 })
  return (plan) => {
    copier.append(plan)
    return copier.take()
  }
}
