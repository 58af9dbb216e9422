import type { Role } from '#domain/people'

/** Every role that there is. */
const roles: Readonly<Record<Role, true>> = {
  maker: true,
  'solution-owner': true,
  'environment-owner': true,
  'release-manager': true,
  approver: true,
  reviewer: true,
  'test-lead': true,
  security: true,
  cab: true,
  'platform-admin': true,
}

export const roleNames: readonly string[] = Object.keys(roles)
