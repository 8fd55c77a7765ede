// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { areaOf, cornerBounds, type Rect, rememberedBounds, resized } from './placement.ts';

// A laptop with a taskbar below, and a screen to its left that starts above it.
const LAPTOP: Rect = { x: 0, y: 0, width: 1920, height: 1040 };
const LEFT: Rect = { x: -2560, y: -300, width: 2560, height: 1440 };

const within = (inner: Rect, outer: Rect) =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

test('the first popup stands in the lower right corner', () => {
  expect(cornerBounds(LAPTOP, 360, 200)).toEqual({ x: 1544, y: 824, width: 360, height: 200 });
  expect(cornerBounds(LEFT, 360, 200)).toEqual({ x: -376, y: 924, width: 360, height: 200 });
});

test('a popup in a lower corner grows upwards, in an upper one downwards', () => {
  const low = cornerBounds(LAPTOP, 360, 200);
  expect(resized(low, 320, LAPTOP)).toEqual({ ...low, y: 704, height: 320 });
  const high = { x: 20, y: 20, width: 360, height: 200 };
  expect(resized(high, 320, LAPTOP)).toEqual({ ...high, height: 320 });
});

test('whatever its place and height, the popup stays in the work area and keeps an edge when there is room', () => {
  const rect = fc.record({
    x: fc.integer({ min: -4000, max: 4000 }),
    y: fc.integer({ min: -2000, max: 2000 }),
    width: fc.integer({ min: 100, max: 500 }),
    height: fc.integer({ min: 80, max: 1000 }),
  });
  fc.assert(
    fc.property(rect, fc.integer({ min: 80, max: 3000 }), fc.constantFrom(LAPTOP, LEFT), (bounds, height, area) => {
      const result = resized(bounds, height, area);
      expect(within(result, area)).toBe(true);
      expect(result.height).toBe(Math.min(height, area.height));
      // Back to the old height is back in the old place: nothing creeps while a call goes on.
      const room = within(bounds, area) && within({ ...bounds, height }, area);
      const upper = bounds.y + Math.max(height, bounds.height) / 2 <= area.y + area.height / 2;
      if (room && upper) expect(resized(result, bounds.height, area)).toEqual(bounds);
    }),
  );
});

test('a remembered window comes back where its screen still is', () => {
  const saved = { x: -2000, y: 100, width: 1000, height: 700 };
  expect(rememberedBounds(saved, [LAPTOP, LEFT])).toEqual(saved);
  expect(rememberedBounds(saved, [LAPTOP])).toBe(null);
  expect(rememberedBounds(null, [LAPTOP])).toBe(null);
  // Its top is above every screen: nobody could drag it back.
  expect(rememberedBounds({ x: 100, y: -500, width: 1000, height: 700 }, [LAPTOP])).toBe(null);
  expect(rememberedBounds({ x: 0, y: 0, width: 3000, height: 2000 }, [LAPTOP])).toEqual(LAPTOP);
});

test('the work area of a rectangle is the one that holds most of it', () => {
  expect(areaOf({ x: -300, y: 100, width: 400, height: 100 }, [LAPTOP, LEFT])).toBe(LEFT);
  expect(areaOf({ x: 5000, y: 5000, width: 10, height: 10 }, [LAPTOP, LEFT])).toBe(null);
});
