import { OrderSummary } from "@point_of_sale/app/screens/product_screen/order_summary/order_summary";
import { MembershipBadge } from "@membership_loyalty_pos/app/components/membership_badge/membership_badge";

OrderSummary.components = { ...OrderSummary.components, MembershipBadge };
