import { defineConfig } from 'vitest/config'
export default defineConfig({ root: '/work/main', test: { include: ['test/**/*.test.ts'], testTimeout: 90000, hookTimeout: 60000 } })
