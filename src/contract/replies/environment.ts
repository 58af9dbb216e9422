import { z } from 'zod'
import type { EnvironmentId, PersonId, Version } from '#domain/kernel'
import { purposes } from '../configuration-file.ts'
import { id, list } from '../schema-parts.ts'

/** An environment as doors show it: without how Drover signs in. */
export const environmentSchema = z
  .object({
    id: id<EnvironmentId>('Id in the configuration.'),
    name: z.string(),
    purpose: z.enum(purposes),
    careClass: z.enum(['pet', 'cattle']),
    owner: id<PersonId>('Id of the accountable person.'),
    url: z.string(),
  })
  .meta({ id: 'Environment' })

export const environmentInspectionSchema = z
  .object({
    environment: environmentSchema,
    solutions: list(
      z.object({
        id: z.string(),
        uniqueName: z.string(),
        version: id<Version>('Version as the platform has it.'),
        isManaged: z.boolean(),
        publisherPrefix: z.string().optional(),
      }),
    ).describe('Solutions installed now.'),
  })
  .meta({ id: 'EnvironmentInspection' })

export const environmentListSchema = z.object({ environments: list(environmentSchema) }).meta({ id: 'EnvironmentList' })

export type EnvironmentReply = z.output<typeof environmentSchema>
export type EnvironmentInspectionReply = z.output<typeof environmentInspectionSchema>
