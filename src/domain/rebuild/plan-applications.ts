import type { ApplicationPackage } from '#domain/environment'
import { installStep } from './human-steps.ts'
import { neededBy } from './order-wanted.ts'
import type { NeededApplications, Prerequisite } from './rebuild.ts'
import type { ApplicationFacts, RebuildFacts, WantedFacts } from './rebuild-facts.ts'

/** Unique names of solutions that wanted ones need and that nobody brings here. */
export function solutionsOfOthers(wanted: readonly WantedFacts[]): readonly string[] {
  const brought = new Set(wanted.map((each) => each.wanted.solution.toLowerCase()))
  return [...new Set(wanted.flatMap(neededBy))].filter((name) => !brought.has(name.toLowerCase()))
}

/** What the work has to know of applications; undefined where nothing of others is needed. */
export function neededApplications(facts: Pick<RebuildFacts, 'wanted' | 'applications'>): NeededApplications | undefined {
  const solutions = solutionsOfOthers(facts.wanted)
  if (solutions.length === 0) return undefined
  return { solutions, had: hadBy(facts.applications).map(({ uniqueName }) => uniqueName) }
}

/** What wanted solutions need of others that nobody brings here: an application of the platform is installed by Drover, anything else by a person. */
export function otherSolutions(facts: RebuildFacts, needed: readonly string[]): readonly Prerequisite[] {
  return needed.map((name): Prerequisite => {
    const installed = facts.present?.solutions.find(({ uniqueName }) => isSame(uniqueName, name))
    const about = { about: 'solution', subject: installed === undefined ? name : `${name} ${installed.version}` } as const
    const who = facts.wanted.filter((each) => neededBy(each).includes(name)).map((each) => each.wanted.solution)
    const forWhom = `${who.join(', ')} ${who.length === 1 ? 'needs' : 'need'} it.`
    const own = packagesOf(facts.applications).find(({ uniqueName }) => isSame(uniqueName, name))
    const now = installed === undefined ? 'It is not there' : 'It is installed now'
    if (own !== undefined) {
      const message = `${now}; where the new environment lacks it, the application ${own.displayName} ${own.version} is installed. ${forWhom}`
      return { ...about, state: 'machine', message }
    }
    if (installed !== undefined) return { ...about, state: 'unknown', message: `${now}; ${afterwards(facts.applications)} ${forWhom}` }
    const why = facts.applications.kind === 'told' ? '' : ` Which applications could be installed cannot be told: ${facts.applications.why}`
    return { ...about, state: 'person', message: `${now}; ${forWhom}${why}`, step: installStep(facts.environment, name) }
  })
}

function afterwards(applications: ApplicationFacts): string {
  if (applications.kind === 'unseen') {
    return `whether a new environment has it shows when that was made, and which applications could be installed cannot be told: ${applications.why}`
  }
  const had = hadBy(applications).map(({ displayName }) => displayName)
  const base = 'no application has its name, and whether a new environment has it shows when that was made'
  return had.length === 0 ? `${base}.` : `${base}: where it lacks it, the applications of the old one are installed (${had.join(', ')}).`
}

function packagesOf(applications: ApplicationFacts): readonly ApplicationPackage[] {
  return applications.kind === 'told' ? applications.packages : []
}

function hadBy(applications: ApplicationFacts): readonly ApplicationPackage[] {
  return packagesOf(applications).filter(({ state }) => state === 'installed')
}

function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase()
}
