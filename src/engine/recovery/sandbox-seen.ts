import { findAdministered, refusePetOfTenant } from '#domain/environment'
import type { Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { SandboxPair, SeenPair } from '#domain/recovery'
import { refusePlatform } from '#domain/recovery'
import type { EnvironmentAdministration } from '#engine/ports'

/** Both as the administration shows them; refused where the platform would refuse, or where a pet would or might be hit. */
export async function seePair(
  administration: EnvironmentAdministration,
  { pet, sandbox, current }: SandboxPair & { readonly current: { readonly configuration: Configuration } },
): Promise<Result<SeenPair>> {
  const listed = await administration.listEnvironments()
  const [seenPet, seenSandbox] = [findAdministered(listed, pet.url), findAdministered(listed, sandbox.url)]
  if (seenPet === undefined || seenSandbox === undefined) {
    const absent = seenPet === undefined ? pet : sandbox
    return refuse(
      'recovery.not-administered',
      `The administration of the tenant shows no environment at ${absent.url} (${absent.name}).`,
      "Let Drover's identity administer it (`pac admin application register`), or mend its url in drover.yaml.",
    )
  }
  const { environments: configured } = current.configuration
  const isNoPet = refusePetOfTenant({ environment: sandbox, there: seenSandbox, listed, configured })
  if (!isNoPet.ok) return isNoPet
  const seen = { pet: seenPet, sandbox: seenSandbox }
  const fits = refusePlatform({ pet, sandbox }, seen)
  return fits.ok ? accept(seen) : fits
}
