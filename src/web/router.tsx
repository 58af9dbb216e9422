import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router'
import { NotFoundPage } from './components/not-found-page.tsx'
import { Shell } from './components/shell.tsx'
import { BoardPage } from './routes/board/board-page.tsx'
import { EvidencePage } from './routes/evidence/evidence-page.tsx'
import { EnvironmentPage } from './routes/environment/environment-page.tsx'
import { NotificationsPage } from './routes/notifications/notifications-page.tsx'
import { OwedPage } from './routes/owed/owed-page.tsx'
import { PeoplePage } from './routes/people/people-page.tsx'
import { PolicyPage } from './routes/policy/policy-page.tsx'
import { PromotionPage } from './routes/promotion/promotion-page.tsx'
import { ReadinessPage } from './routes/readiness/readiness-page.tsx'
import { RequestPage } from './routes/request/request-page.tsx'
import { SolutionPage } from './routes/solution/solution-page.tsx'
import { TrainPage } from './routes/trains/train-page.tsx'
import { TrainsPage } from './routes/trains/trains-page.tsx'
import { WaiversPage } from './routes/waivers/waivers-page.tsx'

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFoundPage })

const boardRoute = createRoute({ getParentRoute: () => rootRoute, path: '/', component: BoardPage })

const readinessRoute = createRoute({ getParentRoute: () => rootRoute, path: '/readiness', component: ReadinessPage })

const waiversRoute = createRoute({ getParentRoute: () => rootRoute, path: '/waivers', component: WaiversPage })
const owedRoute = createRoute({ getParentRoute: () => rootRoute, path: '/owed', component: OwedPage })
const peopleRoute = createRoute({ getParentRoute: () => rootRoute, path: '/people', component: PeoplePage })
const notificationsRoute = createRoute({ getParentRoute: () => rootRoute, path: '/notifications', component: NotificationsPage })
const policyRoute = createRoute({ getParentRoute: () => rootRoute, path: '/policy', component: PolicyPage })
const trainsRoute = createRoute({ getParentRoute: () => rootRoute, path: '/trains', component: TrainsPage })
export const trainRoute = createRoute({ getParentRoute: () => rootRoute, path: '/trains/$trainId', component: TrainRoute })
export const solutionRoute = createRoute({ getParentRoute: () => rootRoute, path: '/solutions/$solution', component: SolutionRoute })

function TrainRoute() {
  const { trainId } = trainRoute.useParams()
  return <TrainPage trainId={trainId} key={trainId} />
}

function SolutionRoute() {
  const { solution } = solutionRoute.useParams()
  return <SolutionPage solution={solution} key={solution} />
}

const evidenceRoute = createRoute({ getParentRoute: () => rootRoute, path: '/evidence', component: EvidencePage })

export const requestRoute = createRoute({ getParentRoute: () => rootRoute, path: '/releases/$releaseId/request', component: RequestRoute })

function RequestRoute() {
  const { releaseId } = requestRoute.useParams()
  return <RequestPage releaseId={releaseId} key={releaseId} />
}

export const promotionRoute = createRoute({ getParentRoute: () => rootRoute, path: '/promotions/$promotionId', component: PromotionRoute })

function PromotionRoute() {
  const { promotionId } = promotionRoute.useParams()
  return <PromotionPage promotionId={promotionId} key={promotionId} />
}

export const environmentRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/environments/$environmentId',
  component: EnvironmentRoute,
})

function EnvironmentRoute() {
  const { environmentId } = environmentRoute.useParams()
  return <EnvironmentPage environmentId={environmentId} key={environmentId} />
}

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    ...[boardRoute, waiversRoute, owedRoute, readinessRoute, peopleRoute, notificationsRoute, evidenceRoute],
    ...[policyRoute, trainsRoute, trainRoute, solutionRoute],
    ...[requestRoute, promotionRoute, environmentRoute],
  ]),
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
