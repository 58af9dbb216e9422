import type { Tier } from '#domain/solution'
import { shippedPolicy } from '#domain/policy'
import { assessTier, readSolutionFile } from '#domain/tier'
import { gatherMaterial } from '#engine'
import { readSolution } from '#format'
import type { Material } from './material.ts'

/** The tier that a solution's file gives by itself, and Tier 2 at least, since Tier 1 goes into no production: a lower one would be held to it. */
export async function tierOfMaterial({ bytes }: Pick<Material, 'bytes'>): Promise<Tier> {
  const { package: pkg, model } = await readSolution(bytes)
  const reading = readSolutionFile(await gatherMaterial(pkg, model))
  const { tier } = assessTier({ scoring: shippedPolicy.tierScoring, reading, use: {}, given: [] })
  return tier < 2 ? 2 : tier
}
