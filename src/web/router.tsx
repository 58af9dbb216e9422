import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router'
import { NotFoundPage } from './components/not-found-page.tsx'
import { Shell } from './components/shell.tsx'
import { BoardPage } from './routes/board/board-page.tsx'
import { EnvironmentPage } from './routes/environment/environment-page.tsx'
import { PromotionPage } from './routes/promotion/promotion-page.tsx'
import { ReadinessPage } from './routes/readiness/readiness-page.tsx'

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFoundPage })

const boardRoute = createRoute({ getParentRoute: () => rootRoute, path: '/', component: BoardPage })

const readinessRoute = createRoute({ getParentRoute: () => rootRoute, path: '/readiness', component: ReadinessPage })

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
  routeTree: rootRoute.addChildren([boardRoute, readinessRoute, promotionRoute, environmentRoute]),
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
