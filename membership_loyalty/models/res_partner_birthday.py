from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResPartner(models.Model):
    """The member's birthday, and since when we know it: who enters one to get a present gets it next year."""

    _inherit = 'res.partner'

    membership_birthday = fields.Date(
        string="Birthday", copy=False, groups='base.group_user',
        help="For birthday benefits; the year does not matter for them. 29 February is celebrated on 28 February in "
             "years without it. A birthday that is entered or changed less than 30 days before counts from the next "
             "year on.")
    membership_birthday_set_on = fields.Date(
        string="Birthday entered on", copy=False, readonly=True, groups='base.group_user',
        help="Recorded by itself when the birthday is entered or changed.")

    @api.constrains('membership_birthday')
    def _check_membership_birthday(self):
        today = fields.Date.context_today(self)
        for partner in self:
            if partner.membership_birthday and partner.membership_birthday > today:
                raise ValidationError(self.env._(
                    "The birthday of %(member)s, %(day)s, lies in the future. Check the year.",
                    member=partner.display_name, day=fields.Date.to_string(partner.membership_birthday)))

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._membership_birthday_values(vals) for vals in vals_list])

    def write(self, vals):
        vals = self._membership_without_set_on(vals)
        if 'membership_birthday' not in vals:
            return super().write(vals)
        day = fields.Date.to_date(vals['membership_birthday']) or False
        same = self.filtered(lambda partner: partner.membership_birthday == day)
        result = super(ResPartner, same).write(vals) if same else True
        changed = self - same
        return super(ResPartner, changed).write(self._membership_birthday_values(vals)) if changed else result

    def _membership_without_set_on(self, vals):
        """Return values without what only we say: since when a birthday is known."""
        if 'membership_birthday_set_on' not in vals or self.env.su:
            return vals
        return {name: value for name, value in vals.items() if name != 'membership_birthday_set_on'}

    def _membership_birthday_values(self, vals):
        """Return values with the day on which their birthday becomes known."""
        vals = self._membership_without_set_on(vals)
        if 'membership_birthday' not in vals or 'membership_birthday_set_on' in vals:
            return vals
        today = fields.Date.context_today(self) if vals['membership_birthday'] else False
        return {**vals, 'membership_birthday_set_on': today}
