import { describe, expectTypeOf, it } from 'vitest'
import type { Artifact } from '#domain/artifact'
import type { Configuration } from '#domain/pipeline'
import type { Plan } from '#domain/plan'
import type { Attempt, Promotion, PromotionRequest } from '#domain/promotion'
import type { Release } from '#domain/release'
import type { SettingsTemplate } from '#domain/settings'
import type { PlanReply } from './replies/plan.ts'
import type { AttemptReply, PromotionReply } from './replies/promotion.ts'
import type { ReleaseReply } from './replies/release.ts'
import type { ConfigurationFile } from './configuration-file.ts'

/** Fields of the domain that a reply would drop in silence; the compiler, not the run, judges these tests. */
type Lost<Domain, Wire> = Exclude<keyof Domain, keyof Wire>

describe('the wire', () => {
  it('carries every field of a promotion', () => {
    expectTypeOf<Lost<Promotion, PromotionReply>>().toEqualTypeOf<never>()
    expectTypeOf<Lost<PromotionRequest, PromotionReply['request']>>().toEqualTypeOf<never>()
    expectTypeOf<Lost<Attempt, AttemptReply>>().toEqualTypeOf<never>()
    expectTypeOf<Lost<Plan, PlanReply>>().toEqualTypeOf<never>()
  })

  it('carries every field of a release', () => {
    expectTypeOf<Lost<Release, ReleaseReply>>().toEqualTypeOf<never>()
    expectTypeOf<Lost<Artifact, ReleaseReply['managed']>>().toEqualTypeOf<never>()
    expectTypeOf<
      Lost<SettingsTemplate['connectionReferences'][number], ReleaseReply['settingsTemplate']['connectionReferences'][number]>
    >().toEqualTypeOf<never>()
  })

  it('carries every field of a configuration', () => {
    expectTypeOf<Lost<Configuration, ConfigurationFile>>().toEqualTypeOf<never>()
  })
})
