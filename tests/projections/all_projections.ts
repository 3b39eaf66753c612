import { projectedOrders } from "../../src/projections/projected_orders.ts";
import { projectedProducts } from "../../src/projections/projected_products.ts";
import { projectedSales } from "../../src/projections/projected_sales.ts";
import { projectedStock } from "../../src/projections/projected_stock.ts";
import type { Projection } from "../../src/projections/projection.ts";
import { projection } from "../../src/projections/projection.ts";
import type { Queries } from "../../src/projections/queries.ts";

/** Every read model there is. */
export function allProjections(queries: Queries): readonly Projection[] {
  return [
    projection(projectedProducts, queries),
    projection(projectedOrders, queries),
    projection(projectedSales, queries),
    projection(projectedStock, queries),
  ];
}
